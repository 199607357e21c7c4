using System.Globalization;
using XoeNovAi.IntegrationTests.Harness.Traffic;

namespace XoeNovAi.IntegrationTests.Data;

/// <summary>PostgreSQL as a cluster loses its primary, again and again, and nothing that was acknowledged.</summary>
[TestClass]
public sealed class PostgresFailoverTests
{
    private const string CountParameter = "failovers";
    private const int Usual = 3;
    private const int PerSecond = 20;
    private const int Around = 40;
    private const string Audited = "SELECT request_id FROM audit_log WHERE request_id LIKE $1 || '-%'";
    private const string Curated = "SELECT request_id FROM curation_log WHERE request_id LIKE $1 || '-%'";
    private static readonly TimeSpan AcceptedWithin = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(180);
    private static readonly TimeSpan RoundLimit = TimeSpan.FromSeconds(90);

    public required TestContext TestContext { get; set; }

    /// <summary>How often: 3 times, or as often as <c>--test-parameter failovers=20</c> says.</summary>
    private int Count => TestContext.Properties.TryGetValue(CountParameter, out var given) ? int.Parse($"{given}", NumberStyles.None, CultureInfo.InvariantCulture) : Usual;

    [TestMethod]
    [Scenario("PG-06")]
    [Scenario("PERF-03")]
    [Timeout(1_800_000, CooperativeCancellation = true)]
    public async Task A_primary_that_is_killed_is_replaced_within_15_s_and_nothing_acknowledged_is_lost()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.CancellationToken);
        limit.CancelAfter(StartLimit + (Count * RoundLimit));
        await using var stack = await PostgresHaStack.StartAsync(limit.Token);
        await IdleAsync(stack, limit.Token);

        var run = $"pg06-{Guid.NewGuid():n}";
        IReadOnlyList<Sent> history;
        var failovers = new List<Failover>();
        await using (var traffic = OpenTraffic.Start(limit.Token, new TrafficKind("query", PerSecond, (number, token) => stack.AskAsync($"{run}-{number}", token))))
        {
            for (var round = 1; round <= Count; round++)
            {
                var (primary, standby) = await stack.WholeAsync(limit.Token);
                await traffic.AnsweredAsync(Around, Limit, limit.Token);
                failovers.Add(await FailOverAsync(stack, primary, standby, limit.Token));
                TestContext.WriteLine($"{round}: {failovers[^1]}");
            }

            await stack.WholeAsync(limit.Token);
            await traffic.AnsweredAsync(Around, Limit, limit.Token);
            history = await traffic.StopAsync();
        }

        await JudgeAsync(stack, run, history, failovers, limit.Token);
    }

    /// <summary>Where nobody has asked for a while, the pools hold connections to a primary that is no more: who asks next must not pay for it.</summary>
    private async Task IdleAsync(PostgresHaStack stack, CancellationToken cancellationToken)
    {
        var (primary, standby) = await stack.WholeAsync(cancellationToken);
        await AskAllAsync(stack, $"pg06-{Guid.NewGuid():n}", cancellationToken);
        await stack.KillAsync(primary, cancellationToken);
        await stack.LeadsAsync(standby, cancellationToken);
        await stack.ConnectedAsync(cancellationToken);
        var run = $"pg06-{Guid.NewGuid():n}";
        await AskAllAsync(stack, run, cancellationToken);
        var audited = await stack.ReadAsync(Audited, run, cancellationToken);
        TestContext.WriteLine($"After a failover without traffic {audited.Count} of {Around} answers are audited.");
        Assert.HasCount(Around, audited);
        await stack.Commands.StartAsync(primary, cancellationToken);
    }

    private static Task AskAllAsync(PostgresHaStack stack, string run, CancellationToken cancellationToken)
        => Parallel.ForAsync(0, Around, new ParallelOptions { MaxDegreeOfParallelism = 10, CancellationToken = cancellationToken }, async (number, token) =>
        {
            var (_, outcome) = await stack.AskAsync($"{run}-{number}", token);
            Assert.AreEqual(Sent.Ok, outcome);
        });

    private static async Task<Failover> FailOverAsync(PostgresHaStack stack, string primary, string standby, CancellationToken cancellationToken)
    {
        var (killed, ended) = await stack.KillAsync(primary, cancellationToken);
        await stack.LeadsAsync(standby, cancellationToken);
        var leads = TimeProvider.System.GetUtcNow();
        var first = await Eventually.HoldsAsync($"a row is written to {standby}", Limit, token => stack.FirstAuditedAsync(ended, token), static f => f is not null, static _ => "none", cancellationToken);
        await stack.Commands.StartAsync(primary, cancellationToken);
        var now = await stack.WholeAsync(cancellationToken);
        Assert.AreEqual((standby, primary), now, "Who was killed follows the new primary.");
        return new(primary, killed, leads, first!.Value, TimeProvider.System.GetUtcNow());
    }

    private async Task JudgeAsync(PostgresHaStack stack, string run, IReadOnlyList<Sent> history, IReadOnlyList<Failover> failovers, CancellationToken cancellationToken)
    {
        // Numbered in the order in which they were to be sent.
        var acknowledged = history.Select(static (s, number) => (Sent: s, number)).Where(static s => s.Sent.IsOk).Select(s => $"{run}-{s.number}").ToHashSet(StringComparer.Ordinal);
        var curated = await Eventually.HoldsAsync(
            "the worker has written down every query that was answered",
            Limit,
            token => stack.ReadAsync(Curated, run, token),
            rows => rows.IsSupersetOf(acknowledged),
            rows => Missing(acknowledged, rows),
            cancellationToken);
        var audited = await stack.ReadAsync(Audited, run, cancellationToken);
        var refused = await stack.RefusedAsync(run, cancellationToken);
        var written = acknowledged.Except(refused).ToHashSet(StringComparer.Ordinal);
        var accepted = new Distribution(failovers.Select(static f => f.FirstWrite - f.Killed));

        var figures = new ScenarioFigures(TestContext, "PG-06");
        figures.Add("from the kill of the primary to the first row accepted by the next", accepted);
        figures.Add("from the kill of the primary to the first answer", new Distribution(failovers.Select(f => history.Where(s => s.IsOk && s.At > f.Killed).Min(static s => s.Ended) - f.Killed)));
        figures.Add("from the kill of the primary until the next said it leads", new Distribution(failovers.Select(static f => f.Leads - f.Killed)));
        figures.Add("from the kill of the primary until it was synchronous standby", new Distribution(failovers.Select(static f => f.Whole - f.Killed)));
        figures.Add("queries", history.Count);
        figures.Add("queries acknowledged", acknowledged.Count);
        figures.Add("of those, told to have been written to PostgreSQL", written.Count);
        figures.Add("of those, lost there", written.Except(audited).Count());
        figures.Add("acknowledged and never curated", acknowledged.Except(curated).Count());
        foreach (var failover in failovers)
        {
            figures.AddFault($"{failover.Member} is killed, until the next takes rows", failover.Killed, failover.FirstWrite);
        }

        figures.Write();
        figures.WriteTable(Sent.Heading, history.Select(static s => s.Line));
        TestContext.WriteLine(string.Join(Environment.NewLine, history.Where(static s => !s.IsOk).CountBy(static s => s.Outcome).Select(static o => $"{o.Value} × {o.Key}")));
        Assert.IsTrue(audited.IsSupersetOf(written), $"Acknowledged as written, and lost: {Missing(written, audited)}");
        Assert.IsLessThanOrEqualTo(AcceptedWithin.TotalMilliseconds, accepted.Percentile(0.95), accepted.ToString());
    }

    private static string Missing(IEnumerable<string> wanted, IEnumerable<string> there)
    {
        var missing = wanted.Except(there).ToList();
        return $"{missing.Count} missing, such as {string.Join(", ", missing.Take(5))}";
    }

    private sealed record Failover(string Member, DateTimeOffset Killed, DateTimeOffset Leads, DateTimeOffset FirstWrite, DateTimeOffset Whole)
    {
        public override string ToString()
            => string.Create(CultureInfo.InvariantCulture, $"{Member} killed at {Killed:HH:mm:ss.fff}; the other led after {(Leads - Killed).TotalMilliseconds:0} ms, took the first row after {(FirstWrite - Killed).TotalMilliseconds:0} ms, and had it as standby after {(Whole - Killed).TotalMilliseconds:0} ms");
    }
}
