namespace Aspire.Hosting.Dashboard;

/// <summary>A resource as the dashboard shows it.</summary>
internal sealed record DashboardResource
{
    /// <summary>Unique; replicas have a suffix.</summary>
    public required string Name { get; init; }

    /// <summary>Name in the model: replicas share it.</summary>
    public required string DisplayName { get; init; }

    /// <summary><c>Container</c>, <c>Project</c>, <c>Executable</c>, <c>Parameter</c>, or any other text.</summary>
    public required string ResourceType { get; init; }

    /// <summary>Identity across updates.</summary>
    public required string Uid { get; init; }

    /// <summary>State as text; null is shown as unknown.</summary>
    public string? State { get; init; }

    /// <summary><c>success</c>, <c>info</c>, <c>warning</c> or <c>error</c>; null lets the dashboard choose by the state.</summary>
    public string? StateStyle { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? StoppedAt { get; init; }

    public bool IsHidden { get; init; }

    public bool SupportsDetailedTelemetry { get; init; }

    /// <summary>Name of a Fluent icon.</summary>
    public string? IconName { get; init; }

    public IReadOnlyList<DashboardEnvironmentVariable> Environment { get; init; } = [];

    public IReadOnlyList<DashboardProperty> Properties { get; init; } = [];

    public IReadOnlyList<DashboardUrl> Urls { get; init; } = [];

    public IReadOnlyList<DashboardVolume> Volumes { get; init; } = [];

    public IReadOnlyList<DashboardHealthReport> HealthReports { get; init; } = [];

    public IReadOnlyList<DashboardRelationship> Relationships { get; init; } = [];

    public IReadOnlyList<DashboardCommand> Commands { get; init; } = [];
}
