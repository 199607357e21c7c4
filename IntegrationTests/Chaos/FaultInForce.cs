namespace XoeNovAi.IntegrationTests.Chaos;

/// <summary>A fault that has happened.</summary>
/// <param name="Planned">What was planned.</param>
/// <param name="From">When it began.</param>
/// <param name="To">When it was undone: packets pass, processes go on, the container has been started.</param>
internal sealed record FaultInForce(PlannedFault Planned, DateTimeOffset From, DateTimeOffset To)
{
    public override string ToString() => FormattableString.Invariant($"{From:HH:mm:ss.fff} to {To:HH:mm:ss.fff} {Planned.Kind} {Planned.Target}");
}
