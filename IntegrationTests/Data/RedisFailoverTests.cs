using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using StackExchange.Redis;
using XoeNovAi.IntegrationTests.Harness.Traffic;

namespace XoeNovAi.IntegrationTests.Data;

/// <summary>The loss of the server that leads, again and again, while queries arrive.</summary>
[TestClass]
public sealed class RedisFailoverTests
{
    /// <summary>How often: 3 times, or as often as <c>--test-parameter failovers=20</c> says.</summary>
    private const string CountParameter = "failovers";

    private const string Trail = "xnai_audit_trail";
    private const string Tasks = "xnai:task_updates";
    private const string DeadLetters = $"xnai:dlq:{Tasks}";
    private const int PerSecond = 10;
    private const int Around = 15;
    private const double LimitMilliseconds = 10_000;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly ConcurrentBag<string> _acknowledged = [];

    public required TestContext TestContext { get; set; }

    private CancellationToken Cancel => TestContext.CancellationToken;

    [TestMethod]
    [Scenario("RED-06")]
    [Scenario("PERF-03")]
    [Timeout(1_800_000, CooperativeCancellation = true)]
    public async Task A_master_that_is_lost_is_replaced_within_10_s_and_no_acknowledged_query_with_it()
    {
        var times = TestContext.Properties.TryGetValue(CountParameter, out var given) ? int.Parse($"{given}", NumberStyles.None, CultureInfo.InvariantCulture) : 3;
        await using var stack = await RedisServersStack.StartAsync(Cancel);
        await stack.UsersAreAsync(well: true, Cancel);
        var prefix = $"failover-{Guid.NewGuid():n}-";
        var losses = new List<Loss>();
        IReadOnlyList<Sent> history;
        await using (var traffic = OpenTraffic.Start(Cancel, new TrafficKind("query", PerSecond, (number, token) => AskAsync(stack, $"{prefix}{number}", token))))
        {
            for (var time = 0; time < times; time++)
            {
                await traffic.AnsweredAsync(Around, Limit, Cancel);
                losses.Add(await LoseAsync(stack, traffic));
            }

            await LoseWithReplicaBehindAsync(stack, traffic);
            history = await traffic.StopAsync();
        }

        var accepted = new Distribution(losses.Select(static l => l.Accepted));
        var figures = new ScenarioFigures(TestContext, "RED-06");
        figures.Add("from the kill until Sentinels name another master", new Distribution(losses.Select(static l => l.Promoted)));
        figures.Add("from the kill until that has taken a service's write", accepted);
        figures.Add("from the kill until the killed one is a replica in sync and every service is healthy", new Distribution(losses.Select(static l => l.Whole)));
        figures.Add("queries", new Distribution(history.Select(static s => s.Took)));
        figures.Add("queries sent", history.Count);
        figures.Add("queries acknowledged", _acknowledged.Count);
        foreach (var loss in losses)
        {
            figures.AddFault($"{loss.Server} is killed, until the next takes writes", loss.Killed, loss.Killed + loss.Accepted);
        }

        figures.Write();
        figures.WriteTable(Sent.Heading, history.Select(static s => s.Line));
        await NothingIsLostAsync(stack, prefix);
        Assert.IsLessThanOrEqualTo(LimitMilliseconds, accepted.Percentile(0.95), accepted.ToString());
    }

    private async Task<Loss> LoseAsync(RedisServersStack stack, OpenTraffic traffic)
    {
        var lost = await stack.LeaderAsync(Cancel);
        var next = RedisServersStack.Servers.Single(s => s != lost);
        var (killed, at) = (Stopwatch.GetTimestamp(), TimeProvider.System.GetUtcNow());
        await stack.KillAsync(lost, Cancel);
        await stack.Commands.EndedAsync(lost, Limit, Cancel);

        // All that the other has by now is what it was told.
        var last = (await stack.DatabaseOf(next).StreamRangeAsync(Trail, count: 1, messageOrder: Order.Descending)).Select(static e => e.Id.ToString()).FirstOrDefault("0");
        await LeadsAsync(stack, next);
        var promoted = Stopwatch.GetElapsedTime(killed);

        await traffic.AnsweredAsync(Around, Limit, Cancel);
        await ComeBackAsync(stack, lost, next);

        // Looked for when all is well again, as services may keep their writes until there is a replica; an entry's id is the time it was added at.
        var first = await Eventually.HoldsAsync(
            $"{next} takes what services write",
            Limit,
            async _ => (await stack.DatabaseOf(next).StreamRangeAsync(Trail, minId: $"({last}", count: 1)).Select(static e => e.Id.ToString()).FirstOrDefault(),
            static id => id is not null,
            static _ => "nothing",
            Cancel);
        var accepted = DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(first!.Split('-')[0], CultureInfo.InvariantCulture)) - at;
        var loss = new Loss(lost, at, promoted, accepted, Stopwatch.GetElapsedTime(killed));
        TestContext.WriteLine($"{lost} was killed: {next} was named after {promoted.TotalMilliseconds:0} ms, had taken a write after {accepted.TotalMilliseconds:0} ms, and all was well after {loss.Whole.TotalMilliseconds:0} ms.");
        return loss;
    }

    // The replica has not been told the last of what the master took, and the worker has not done it: what is acknowledged by then must be elsewhere.
    private async Task LoseWithReplicaBehindAsync(RedisServersStack stack, OpenTraffic traffic)
    {
        var lost = await stack.LeaderAsync(Cancel);
        var next = RedisServersStack.Servers.Single(s => s != lost);
        await stack.CutAsync(next, Cancel);
        await stack.UsersAreAsync(well: false, Cancel);
        await stack.SignalWorkerAsync("STOP", Cancel);
        await traffic.AnsweredAsync(Around, Limit, Cancel);
        await stack.KillAsync(lost, Cancel);
        await stack.Commands.EndedAsync(lost, Limit, Cancel);
        await stack.SignalWorkerAsync("CONT", Cancel);
        await LeadsAsync(stack, next);
        await stack.MendAsync(next, Cancel);
        await traffic.AnsweredAsync(Around, Limit, Cancel);
        await ComeBackAsync(stack, lost, next);
        await traffic.AnsweredAsync(Around, Limit, Cancel);
    }

    private Task LeadsAsync(RedisServersStack stack, string next)
        => Eventually.HoldsAsync($"{next} leads", Limit, stack.LeaderAsync, leader => leader == next, static leader => leader, Cancel);

    // A server is healthy as a replica when it is in sync.
    private async Task ComeBackAsync(RedisServersStack stack, string lost, string leader)
    {
        await stack.Commands.StartAsync(lost, Cancel);
        await stack.UsersAreAsync(well: true, Cancel);
        Assert.AreEqual(leader, await stack.LeaderAsync(Cancel), $"{lost} does not lead again.");
    }

    private async Task NothingIsLostAsync(RedisServersStack stack, string prefix)
    {
        await Eventually.HoldsAsync(
            "nothing waits to be published",
            Limit,
            async token => (Rows: await stack.WaitingAsync(token), Stream: string.Join("; ", await Task.WhenAll(RedisServersStack.Servers.Select(s => StreamAsync(stack, s))))),
            static waiting => waiting.Rows == 0,
            static waiting => $"{waiting.Rows} rows; {waiting.Stream}",
            Cancel);
        var curated = await Eventually.HoldsAsync(
            "each acknowledged query has its row of the worker",
            Limit,
            token => stack.RequestsOfAsync("curation_log", prefix, token),
            rows => _acknowledged.All(rows.Contains),
            rows => $"{_acknowledged.Count(r => !rows.Contains(r))} of {_acknowledged.Count} are missing: {string.Join(", ", _acknowledged.Where(r => !rows.Contains(r)).Take(Around))}",
            Cancel);
        Assert.IsTrue(curated.All(static rows => rows.Count() == 1), "Each is written down once.");
        foreach (var server in RedisServersStack.Servers)
        {
            Assert.AreEqual(0, await stack.DatabaseOf(server).StreamLengthAsync(DeadLetters), "No message is a dead letter.");
        }
    }

    private static async Task<string> StreamAsync(RedisServersStack stack, string server)
    {
        var database = stack.DatabaseOf(server);
        var groups = await database.StreamGroupInfoAsync(Tasks);
        return $"{server} has {await database.StreamLengthAsync(Tasks)} tasks, {string.Join(", ", groups.Select(static g => $"{g.Name} {g.PendingMessageCount} pending, {g.Lag} unread, {g.EntriesRead} read, last {g.LastDeliveredId}"))}";
    }

    private async Task<(string Instance, string Outcome)> AskAsync(RedisServersStack stack, string request, CancellationToken cancellationToken)
    {
        using var response = await stack.Gateway.AskAsync(request, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            return (string.Empty, $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync(cancellationToken)}");
        }

        _acknowledged.Add(request);
        return (string.Empty, Sent.Ok);
    }

    private sealed record Loss(string Server, DateTimeOffset Killed, TimeSpan Promoted, TimeSpan Accepted, TimeSpan Whole);
}
