namespace Aspire.Hosting.Dashboard;

/// <summary>A resource is new or changed, or it is gone.</summary>
/// <param name="Resource">Its state now; when gone, its last.</param>
/// <param name="IsDeleted">True when it is gone.</param>
internal readonly record struct DashboardResourceChange(DashboardResource Resource, bool IsDeleted = false);
