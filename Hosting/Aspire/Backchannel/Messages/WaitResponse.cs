namespace Aspire.Hosting.Backchannel;

/// <summary>Whether a resource is as it was waited for.</summary>
internal sealed record WaitResponse
{
    public required bool Success { get; init; }

    public string? State { get; init; }

    public string? HealthStatus { get; init; }

    public bool ResourceNotFound { get; init; }

    public bool TimedOut { get; init; }

    public string? ErrorMessage { get; init; }
}
