using Npgsql;
using StackExchange.Redis;
using XoeNovAi.IntegrationTests.Harness.Traffic;

namespace XoeNovAi.IntegrationTests.Resilience;

/// <summary>Requests that go on while something is broken, and what is asked of them afterwards: what was acknowledged is there once, and all is well again.</summary>
internal sealed class FaultTraffic : IAsyncDisposable
{
    private const string DeadLetters = "xnai:dlq:xnai:task_updates";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly Stack _stack;
    private readonly string _marker = $"fault-{Guid.NewGuid():n}-";
    private readonly GatewayTraffic _kinds;
    private readonly ConnectionMultiplexer _redis;
    private readonly OpenTraffic _traffic;
    private readonly long _letters;

    private FaultTraffic(Stack stack, ConnectionMultiplexer redis, long letters, CancellationToken cancellationToken)
    {
        _stack = stack;
        _redis = redis;
        _letters = letters;
        _kinds = new(stack);
        _traffic = OpenTraffic.Start(cancellationToken, _kinds.Get(8), _kinds.Query(6, n => $"{_marker}{n}"));
    }

    public static async Task<FaultTraffic> StartAsync(Stack stack, CancellationToken cancellationToken)
    {
        await stack.ReadyAsync(cancellationToken);
        var redis = await ConnectionMultiplexer.ConnectAsync(await stack.RedisAsync(cancellationToken));
        return new(stack, redis, await redis.GetDatabase().StreamLengthAsync(DeadLetters), cancellationToken);
    }

    /// <summary>Waits until so many more have been answered, one way or the other.</summary>
    public Task AnsweredAsync(int more, CancellationToken cancellationToken) => _traffic.AnsweredAsync(more, Limit, cancellationToken);

    /// <summary>Ends it, when all is well again, and checks that what was acknowledged is there.</summary>
    /// <param name="context">Where the figures go.</param>
    /// <param name="scenario">What they are called.</param>
    /// <param name="faults">What was broken from when to when.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<IReadOnlyList<Sent>> JudgeAsync(TestContext context, string scenario, IReadOnlyList<(string Name, DateTimeOffset From, DateTimeOffset To)> faults, CancellationToken cancellationToken)
    {
        await _stack.ReadyAsync(cancellationToken);
        var healed = TimeProvider.System.GetUtcNow() - faults[^1].To;
        await AnsweredAsync(20, cancellationToken);
        var history = await _traffic.StopAsync();

        var figures = new ScenarioFigures(context, scenario);
        foreach (var kind in history.GroupBy(static s => s.Kind))
        {
            figures.Add($"{kind.Key} while nothing is broken", new Distribution(kind.Where(s => !IsDuring(s, faults)).Select(static s => s.Took)));
            figures.Add($"{kind.Key} meanwhile", new Distribution(kind.Where(s => IsDuring(s, faults)).Select(static s => s.Took)));
        }

        figures.Add("requests", history.Count);
        figures.Add("failed", history.Count(static s => !s.IsOk));
        figures.Add("ms from the end of the last fault until all is well", (long)healed.TotalMilliseconds);
        foreach (var (name, from, to) in faults)
        {
            figures.AddFault(name, from, to);
        }

        figures.Write();
        figures.WriteTable(Sent.Heading, history.Select(static s => s.Line));
        context.WriteLine(string.Join(Environment.NewLine, history.Where(static s => !s.IsOk)));

        // Numbered in the order in which they were due, each kind for itself.
        var acknowledged = history.Where(static s => s.Kind == "query").Select((s, number) => (s.IsOk, Text: $"{_marker}{number}")).Where(static q => q.IsOk).Select(static q => q.Text).ToHashSet(StringComparer.Ordinal);
        var curated = await Eventually.HoldsAsync(
            "every acknowledged query is curated", Limit, CuratedAsync, rows => acknowledged.IsSubsetOf(rows), rows => $"{acknowledged.Except(rows).Count()} of {acknowledged.Count} are missing, such as {acknowledged.Except(rows).FirstOrDefault()}", cancellationToken);
        Assert.HasCount(curated.Distinct(StringComparer.Ordinal).Count(), curated, "Each is curated once.");
        Assert.AreEqual(_letters, await _redis.GetDatabase().StreamLengthAsync(DeadLetters), "No message is a dead letter for it.");
        return history;
    }

    public async ValueTask DisposeAsync()
    {
        await _traffic.DisposeAsync();
        _kinds.Dispose();
        await _redis.DisposeAsync();
    }

    private static bool IsDuring(Sent sent, IReadOnlyList<(string Name, DateTimeOffset From, DateTimeOffset To)> faults) => faults.Any(f => sent.WasInFlight((f.From, f.To)));

    private async Task<IReadOnlyList<string>> CuratedAsync(CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(await _stack.PostgresAsync(cancellationToken));
        return await source.TextsAsync("SELECT query FROM curation_log WHERE query LIKE $1 || '%'", _marker, cancellationToken);
    }
}
