namespace Aspire.Hosting.Dashboard;

/// <summary>A mount of a container.</summary>
internal readonly record struct DashboardVolume(string Source, string Target, string MountType, bool IsReadOnly);
