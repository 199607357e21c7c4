namespace Aspire.Hosting.Dashboard;

/// <summary>A resource's relation to another: <c>Reference</c>, <c>WaitFor</c>, <c>Parent</c>.</summary>
internal readonly record struct DashboardRelationship(string ResourceName, string Type);
