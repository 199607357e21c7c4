namespace XoeNovAi.ServiceDefaults.Diagnostics;

/// <summary>The faults that are on now.</summary>
/// <param name="HealthStatus">The status the health check answers with instead of its own, or 0.</param>
/// <param name="Delay">How long every other answer is held back.</param>
internal sealed record FaultState(int HealthStatus, TimeSpan Delay)
{
    public static FaultState None { get; } = new(0, TimeSpan.Zero);
}
