namespace XoeNovAi.IntegrationTests.Chaos;

/// <summary>The checks find what is planted, and nothing where nothing is wrong.</summary>
[TestClass]
[TestCategory("Quick")]
public sealed class HistoryChecksTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(5);

    // A refused question may be written down all the same, and a write of which nothing is known may be done or not, at any time.
    private static readonly IReadOnlyList<Operation> History =
    [
        Did(Operation.Query, "q1", 1),
        Did(Operation.Query, "q2", 2),
        Did(Operation.Query, "q3", 3, Outcome.Refused),
        Did(Operation.Task, "t1", 1),
        Did(Operation.Remember, "m", 1, value: 1),
        Did(Operation.Recall, "m", 2, value: 1, detail: "storage"),
        Did(Operation.Remember, "m", 3, value: 2),
        Did(Operation.Recall, "m", 4, value: 1, detail: "cache"),
        Did(Operation.Recall, "m", 5, value: 2, detail: "storage"),
        Did(Operation.Remember, "m", 10, Outcome.Unknown, 3),
        Did(Operation.Recall, "m", 20, value: 2, detail: "storage"),
        Did(Operation.Recall, "m", 21, value: 3, detail: "cache"),
    ];

    private static readonly StoreContents Stores = new(
        Counted("q1"), Counted("q1", "q2", "q3"), Counted("q1", "q2", "q3"), Counted("t1"), new Dictionary<string, (long, int)> { ["m"] = (3, 3) });

    [TestMethod]
    [Timeout(30_000, CooperativeCancellation = true)]
    public void Where_nothing_is_wrong_nothing_is_found()
    {
        Assert.IsEmpty(All(History, Stores));
        Assert.IsEmpty(All(History, Stores with { Memories = new Dictionary<string, (long, int)> { ["m"] = (2, 2) } }), "The write of which nothing is known was not done.");
        Assert.IsEmpty(HistoryChecks.LateRecovery(History, Start.AddSeconds(10), Start.AddSeconds(19), TimeSpan.FromSeconds(30)));
        CollectionAssert.AreEqual(new[] { TimeSpan.FromSeconds(0.5) }, HistoryChecks.Staleness(History).Take(1).ToList());
    }

    [TestMethod]
    [Timeout(30_000, CooperativeCancellation = true)]
    public void A_lost_write_is_found()
    {
        Finds("never curated: query q2", History, Stores with { CuratedQueries = Counted("q1", "q3") });
        Finds("never curated: task t1", History, Stores with { CuratedTasks = Counted() });
        Finds("Acknowledged and not kept", History, Stores with { Memories = new Dictionary<string, (long, int)> { ["m"] = (1, 3) } });
        Finds("has version 1", History, Stores with { Memories = new Dictionary<string, (long, int)> { ["m"] = (2, 1) } });
        Finds("it holds 0", History, Stores with { Memories = new Dictionary<string, (long, int)>() });
    }

    [TestMethod]
    [Timeout(30_000, CooperativeCancellation = true)]
    public void What_is_not_audited_or_doubled_is_found()
    {
        Finds("not audited: query q2", History, Stores with { AuditEntries = Counted("q1", "q3") });
        Finds("q1 is 2 times in audit_log", History, Stores with { AuditRows = Counted("q1", "q1") });
        Finds("q3 is 2 times in xnai_audit_trail", History, Stores with { AuditEntries = Counted("q1", "q2", "q3", "q3") });
        Finds("q2 is 2 times in curation_log", History, Stores with { CuratedQueries = Counted("q1", "q2", "q2", "q3") });
        Finds("t1 is 2 times in curation_log", History, Stores with { CuratedTasks = Counted("t1", "t1") });
        Finds("has version 4", History, Stores with { Memories = new Dictionary<string, (long, int)> { ["m"] = (3, 4) } });
    }

    [TestMethod]
    [Timeout(30_000, CooperativeCancellation = true)]
    public void A_stale_read_is_found()
    {
        Finds("s after it was acknowledged that m is 2", [.. History, Did(Operation.Recall, "m", 4.5, value: 1, detail: "storage")], Stores);
        Finds("s after it was acknowledged that m is 2", [.. History, Did(Operation.Recall, "m", 9.5, value: 1, detail: "cache")], Stores);
        Finds("s after it was acknowledged that m is 2", [.. History, Did(Operation.Recall, "m", 9.5, value: 0, detail: "empty")], Stores);
        Finds("never written", [.. History, Did(Operation.Recall, "m", 5, value: 9, detail: "cache")], Stores);
    }

    [TestMethod]
    [Timeout(30_000, CooperativeCancellation = true)]
    public void A_late_recovery_is_found()
    {
        var limit = TimeSpan.FromSeconds(30);
        Assert.ContainsSingle(HistoryChecks.LateRecovery(History, Start, Start.AddSeconds(31), limit));
        Assert.ContainsSingle(HistoryChecks.LateRecovery(History, Start, null, limit));
        Assert.ContainsSingle(HistoryChecks.LateRecovery(History, Start, Start.AddSeconds(8), limit), "What was not done after that.");
    }

    private static void Finds(string words, IReadOnlyList<Operation> history, StoreContents stores)
    {
        var found = All(history, stores);
        Assert.ContainsSingle(found, string.Join("; ", found));
        Assert.Contains(words, found[0]);
    }

    private static List<string> All(IReadOnlyList<Operation> history, StoreContents stores)
        =>
        [
            .. HistoryChecks.LostWrites(history, stores),
            .. HistoryChecks.Audits(history, stores),
            .. HistoryChecks.StaleReads(history, static source => source == "cache" ? Bound : TimeSpan.Zero),
        ];

    private static Operation Did(string kind, string key, double at, Outcome outcome = Outcome.Acknowledged, long value = 0, string detail = "")
        => new(kind, key, value, Start.AddSeconds(at), Start.AddSeconds(at + 0.5), outcome, detail);

    private static Dictionary<string, int> Counted(params string[] keys) => keys.CountBy(static k => k).ToDictionary();
}
