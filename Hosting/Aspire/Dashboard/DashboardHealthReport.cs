using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Dashboard;

/// <summary>Result of a health check.</summary>
/// <param name="Name">Name of the check.</param>
/// <param name="Status">Null until it ran for the first time.</param>
/// <param name="Description">What the check said.</param>
/// <param name="Exception">What the check threw.</param>
/// <param name="LastRunAt">When it ran.</param>
internal readonly record struct DashboardHealthReport(
    string Name,
    HealthStatus? Status,
    string? Description = null,
    string? Exception = null,
    DateTimeOffset? LastRunAt = null);
