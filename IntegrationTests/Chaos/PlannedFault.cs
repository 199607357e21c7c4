namespace XoeNovAi.IntegrationTests.Chaos;

/// <summary>A fault of a schedule.</summary>
/// <param name="Begin">When it begins, from the beginning of the schedule.</param>
/// <param name="Length">How long it is in force.</param>
/// <param name="Target">The resource.</param>
/// <param name="Kind">What is done to it.</param>
internal sealed record PlannedFault(TimeSpan Begin, TimeSpan Length, string Target, FaultKind Kind)
{
    public TimeSpan End => Begin + Length;

    public override string ToString() => FormattableString.Invariant($"{Begin.TotalSeconds,6:0.0} s {Kind} {Target} for {Length.TotalSeconds:0.0} s");
}
