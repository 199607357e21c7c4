using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using XoeNovAi.Hosting.Testing.Spans;
using XoeNovAi.IntegrationTests.Harness.Faults;
using XoeNovAi.IntegrationTests.Harness.Traffic;

namespace XoeNovAi.IntegrationTests.Data;

/// <summary>The services' own connections to Redis: how many there are, how long a command may take, and that they come back by themselves.</summary>
[TestClass]
public sealed class RedisConnectionTests : StackTest
{
    private const string Worker = "curation-worker";

    // What the contract gives a service.
    private const int Most = 50;
    private const int Queries = 400;
    private const int Callers = 40;
    private const int PerSecond = 20;
    private const int Around = 30;
    private const int Kills = 3;
    private const int Hanging = 10;

    // Two seconds, found out at the client's next turn of half a second; the rest is for a machine with others' work on it.
    private static readonly TimeSpan CommandLimit = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly ConcurrentBag<string> _acknowledged = [];

    private static IReadOnlyList<string> Users => Stack.Model.UsersOf("redis");

    protected override IReadOnlyList<string> Touches => [.. Users, "redis"];

    [TestMethod]
    [Scenario("RED-07")]
    public async Task However_many_ask_a_service_has_the_same_few_connections()
    {
        await Stack.ReadyAsync(Cancel);
        await using var redis = await RedisConnections.OpenAsync(Stack, Cancel);
        var before = await redis.OfServicesAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var counting = CountAsync(redis, stop.Token);
        await Parallel.ForAsync(0, Queries, new ParallelOptions { MaxDegreeOfParallelism = Callers, CancellationToken = Cancel }, async (i, token) =>
        {
            using var response = await Stack.Gateway.AskAsync($"many-{Guid.NewGuid():n}-{i}", token);
            Assert.AreEqual(HttpStatusCode.OK, response.StatusCode);
        });
        await stop.CancelAsync();
        var most = await counting;

        TestContext.WriteLine($"Before: {Show(before)}. At most under load: {string.Join(", ", most)}. The server takes {await redis.LimitAsync()}.");
        Assert.HasCount(Users.Count, before, Show(before));
        foreach (var (service, connections) in before)
        {
            Assert.AreEqual(connections.Count, most[service], service);
            Assert.IsLessThanOrEqualTo(Most, most[service], service);
        }

        Assert.IsLessThan(int.Parse(await redis.LimitAsync(), CultureInfo.InvariantCulture), most.Values.Sum() * 2, "The server has room for all of them while each is made anew.");
    }

    [TestMethod]
    [Scenario("RED-07")]
    public async Task Connections_that_the_server_ends_are_made_again_and_nothing_acknowledged_is_lost()
    {
        await Stack.ReadyAsync(Cancel);
        await using var redis = await RedisConnections.OpenAsync(Stack, Cancel);
        var (letters, processes, prefix) = (await redis.DeadLettersAsync(), await ProcessesAsync(), $"killed-{Guid.NewGuid():n}-");
        IReadOnlyList<Sent> history;
        await using (var traffic = StartTraffic(prefix))
        {
            for (var kill = 0; kill < Kills; kill++)
            {
                await traffic.AnsweredAsync(Around, Limit, Cancel);
                var before = await redis.OfServicesAsync();
                await redis.KillAsync();
                await MadeAgainAsync(redis, before);
            }

            await traffic.AnsweredAsync(Around, Limit, Cancel);
            history = await traffic.StopAsync();
        }

        await JudgeAsync("queries while all connections are ended", history, prefix, redis, letters, processes);
    }

    [TestMethod]
    [Scenario("RED-07")]
    public async Task While_Redis_hangs_every_command_ends_in_its_time_and_what_was_acknowledged_is_done_after_it()
    {
        await Stack.ReadyAsync(Cancel);
        await using var redis = await RedisConnections.OpenAsync(Stack, Cancel);
        var (letters, processes, prefix) = (await redis.DeadLettersAsync(), await ProcessesAsync(), $"hanging-{Guid.NewGuid():n}-");
        using var rag = Stack.CreateClient("rag-1");
        IReadOnlyList<Span> commands;
        await using (await Freeze.StartAsync(Stack, "redis", Cancel))
        {
            // In the test's trace: what becomes of their commands is in it.
            var frozen = TimeProvider.System.GetUtcNow();
            await Parallel.ForAsync(0, Hanging, new ParallelOptions { MaxDegreeOfParallelism = Hanging, CancellationToken = Cancel }, async (i, token) => await AskAsync(rag, $"{prefix}traced-{i}", token));

            // What is written to the audit's stream and the task's, beside looks into the cache for as long as its breaker lets them.
            commands = await Eventually.HoldsAsync<IReadOnlyList<Span>>(
                "the commands of every query have ended",
                Limit,
                async token => [.. (await Stack.Telemetry.SpansAsync(Trace.TraceId, token)).Where(s => s.Start >= frozen && s.Service == "rag-1" && s.Attributes.GetValueOrDefault("db.system.name") == "redis")],
                static spans => spans.Count(static s => s.Name == "XADD") >= 2 * Hanging,
                static spans => string.Join(", ", spans.CountBy(static s => s.Name)),
                Cancel);
        }

        var took = new Distribution(commands.Select(static c => c.Duration));
        TestContext.WriteLine($"Commands while Redis hangs: {took}");
        await Stack.ReadyAsync(Cancel);
        Assert.IsEmpty(commands.Where(static c => !c.IsError), "Nobody has answered.");
        Assert.IsLessThan(CommandLimit.TotalMilliseconds, took.Percentile(1), took.ToString());
        await OnceAsync(prefix, redis, letters, processes);
    }

    [TestMethod]
    [Scenario("RED-07")]
    public async Task At_the_servers_limit_services_degrade_and_come_back_by_themselves()
    {
        await Stack.ReadyAsync(Cancel);
        await using var redis = await RedisConnections.OpenAsync(Stack, Cancel);
        var (letters, processes, prefix) = (await redis.DeadLettersAsync(), await ProcessesAsync(), $"turned-away-{Guid.NewGuid():n}-");
        var (before, rejected, most) = (await redis.OfServicesAsync(), await redis.RejectedAsync(), await redis.LimitAsync());
        await redis.LimitAsync("1");
        try
        {
            await redis.KillAsync();
            foreach (var rag in (string[])["rag-1", "rag-2"])
            {
                await StatusAsync(rag, "/xnai/api/v1/health", "degraded");
            }

            await StatusAsync(Worker, "/health", "degraded");
            await Parallel.ForAsync(0, Around, Cancel, async (i, token) => await AskAsync(Stack.Gateway, $"{prefix}{i}", token));
            Assert.HasCount(Around, _acknowledged, "PostgreSQL takes what is to be written down.");
            Assert.IsGreaterThan(rejected, await redis.RejectedAsync(), "The server has turned them away.");
        }
        finally
        {
            await redis.LimitAsync(most);
        }

        await MadeAgainAsync(redis, before);
        await Stack.ReadyAsync(Cancel);
        await OnceAsync(prefix, redis, letters, processes);
    }

    private OpenTraffic StartTraffic(string prefix) => OpenTraffic.Start(Cancel, new TrafficKind("query", PerSecond, (number, token) => AskAsync(Stack.Gateway, $"{prefix}{number}", token)));

    private async Task<(string Instance, string Outcome)> AskAsync(HttpClient client, string request, CancellationToken cancellationToken)
    {
        using var response = await client.AskAsync(request, cancellationToken);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            return (string.Empty, $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync(cancellationToken)}");
        }

        _acknowledged.Add(request);
        return (string.Empty, Sent.Ok);
    }

    // As many as before, and none of those.
    private Task MadeAgainAsync(RedisConnections redis, IReadOnlyDictionary<string, IReadOnlyList<long>> before)
        => Eventually.HoldsAsync(
            "every service has as many connections as before, and all of them are new",
            Limit,
            _ => redis.OfServicesAsync(),
            now => before.All(one => now.TryGetValue(one.Key, out var made) && made.Count == one.Value.Count && !made.Intersect(one.Value).Any()),
            now => $"{Show(now)}; before {Show(before)}",
            Cancel);

    private async Task JudgeAsync(string name, IReadOnlyList<Sent> history, string prefix, RedisConnections redis, long letters, string processes)
    {
        var figures = new ScenarioFigures(TestContext, "RED-07");
        figures.Add(name, new Distribution(history.Select(static s => s.Took)));
        figures.Add("queries sent", history.Count);
        figures.Add("queries acknowledged", _acknowledged.Count);
        figures.Write();
        figures.WriteTable(Sent.Heading, history.Select(static s => s.Line));
        Assert.IsEmpty(history.Where(static s => !s.IsOk), string.Join("; ", history.Where(static s => !s.IsOk)));
        await Stack.ReadyAsync(Cancel);
        await OnceAsync(prefix, redis, letters, processes);
    }

    private async Task OnceAsync(string prefix, RedisConnections redis, long letters, string processes)
    {
        Assert.IsNotEmpty(_acknowledged);
        foreach (var table in (string[])["curation_log", "audit_log"])
        {
            await Eventually.HoldsAsync(
                $"{table} has each of the {_acknowledged.Count} acknowledged queries once",
                Limit,
                async token => (Rows: (long)(await Stack.ScalarAsync($"SELECT count(*) FROM {table} WHERE request_id LIKE $1", token, $"{prefix}%"))!, Requests: (long)(await Stack.ScalarAsync($"SELECT count(DISTINCT request_id) FROM {table} WHERE request_id LIKE $1", token, $"{prefix}%"))!),
                seen => seen.Requests >= _acknowledged.Count && seen.Rows == seen.Requests,
                static seen => $"{seen}",
                Cancel);
        }

        Assert.AreEqual(letters, await redis.DeadLettersAsync(), "No message is a dead letter.");
        Assert.AreEqual(processes, await ProcessesAsync(), "Nothing was restarted.");
    }

    private async Task<string> ProcessesAsync() => string.Join(", ", await Task.WhenAll(Users.Append("redis").Select(async u => $"{u} {await Stack.ProcessIdOfAsync(u, Cancel)}")));

    private static async Task<Dictionary<string, int>> CountAsync(RedisConnections redis, CancellationToken stop)
    {
        var most = new Dictionary<string, int>(StringComparer.Ordinal);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        do
        {
            foreach (var (service, connections) in await redis.OfServicesAsync())
            {
                most[service] = Math.Max(most.GetValueOrDefault(service), connections.Count);
            }
        }
        while (!stop.IsCancellationRequested && await timer.WaitForNextTickAsync(CancellationToken.None));
        return most;
    }

    private static string Show(IReadOnlyDictionary<string, IReadOnlyList<long>> connections) => string.Join(", ", connections.Select(static c => $"{c.Key} {c.Value.Count}"));

    private async Task StatusAsync(string resource, string path, string status)
    {
        using var client = Stack.CreateClient(resource);
        await Eventually.HoldsAsync($"{resource} says {status}", Limit, token => client.GetStringAsync(path, token), health => health.Contains($"\"status\":\"{status}\"", StringComparison.Ordinal), static health => health, Cancel);
    }
}
