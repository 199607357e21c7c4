namespace XoeNovAi.IntegrationTests.Harness.Traffic;

/// <summary>A request of a history.</summary>
/// <param name="Kind">What kind it was of.</param>
/// <param name="Due">When it was to be sent: what it took counts from here, so that a late sender hides nothing.</param>
/// <param name="At">When it was sent.</param>
/// <param name="Ended">When its answer was there.</param>
/// <param name="Instance">Who answered, where the answer says so.</param>
/// <param name="Outcome"><see cref="Ok"/>, or what went otherwise.</param>
internal sealed record Sent(string Kind, DateTimeOffset Due, DateTimeOffset At, DateTimeOffset Ended, string Instance, string Outcome)
{
    public const string Heading = "kind,due,sent,ended,took_ms,instance,outcome";

    public const string Ok = "ok";

    public bool IsOk => Outcome == Ok;

    public TimeSpan Took => Ended - (At < Due ? At : Due);

    /// <summary>Whether it was on its way at any moment of a while.</summary>
    public bool WasInFlight((DateTimeOffset From, DateTimeOffset To) during) => At <= during.To && during.From <= Ended;

    public string Line => FormattableString.Invariant($"{Kind},{Due:O},{At:O},{Ended:O},{Took.TotalMilliseconds:0.0},{Instance},\"{Outcome.ReplaceLineEndings(" ").Replace('"', '\'')}\"");

    public override string ToString() => FormattableString.Invariant($"{Kind} sent {At:HH:mm:ss.fff}, ended {Ended:HH:mm:ss.fff}, {(Instance.Length == 0 ? "nobody" : Instance)}: {Outcome}");
}
