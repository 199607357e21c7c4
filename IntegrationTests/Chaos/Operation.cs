namespace XoeNovAi.IntegrationTests.Chaos;

/// <summary>Something that was asked of the stack.</summary>
/// <param name="Kind">What: one of the constants here.</param>
/// <param name="Key">What it is found by in the stores: a request id, a task's id, a memory's.</param>
/// <param name="Value">What was written or, when it was acknowledged, read; only memories have one.</param>
/// <param name="Begin">The moment before it was asked.</param>
/// <param name="End">The moment after that was answered, or given up.</param>
/// <param name="Outcome">What the answer was.</param>
/// <param name="Detail">What else it said.</param>
internal sealed record Operation(string Kind, string Key, long Value, DateTimeOffset Begin, DateTimeOffset End, Outcome Outcome, string Detail)
{
    /// <summary>A question to rag, which has to be audited and curated.</summary>
    public const string Query = "query";

    /// <summary>A task put on the stream, which has to be curated.</summary>
    public const string Task = "task";

    /// <summary>A memory is given a new content.</summary>
    public const string Remember = "remember";

    /// <summary>A memory is read.</summary>
    public const string Recall = "recall";

    public override string ToString() => FormattableString.Invariant($"{Kind} {Key} {Value} from {Begin:HH:mm:ss.fff} to {End:HH:mm:ss.fff}: {Outcome} {Detail}");
}
