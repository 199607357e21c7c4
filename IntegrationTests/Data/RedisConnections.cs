using System.Globalization;
using StackExchange.Redis;

namespace XoeNovAi.IntegrationTests.Data;

/// <summary>The connections Redis has, as it says itself, and their end.</summary>
internal sealed class RedisConnections : IAsyncDisposable
{
    private const string Own = "redis-connections-test";
    private readonly ConnectionMultiplexer _redis;

    private RedisConnections(ConnectionMultiplexer redis) => _redis = redis;

    private IDatabase Database => _redis.GetDatabase();

    public static Task<RedisConnections> OpenAsync(Stack stack, CancellationToken cancellationToken) => OpenAsync(stack.Application, cancellationToken);

    public static async Task<RedisConnections> OpenAsync(DistributedApplication application, CancellationToken cancellationToken)
    {
        var options = await application.RedisAsync(cancellationToken);
        (options.AllowAdmin, options.ClientName) = (true, Own);
        return new(await ConnectionMultiplexer.ConnectAsync(options));
    }

    /// <summary>The ids of the connections of each service: those for commands, those that block, and those that listen.</summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<long>>> OfServicesAsync()
    {
        // In RESP3 a text says first what it is.
        var list = (string)(await Database.ExecuteAsync("CLIENT", "LIST"))!;
        return list.Replace("txt:", string.Empty, StringComparison.Ordinal).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(static l => l.Split(' ').Select(static f => f.Split('=', 2)).Where(static f => f.Length == 2).ToDictionary(static f => f[0], static f => f[1], StringComparer.Ordinal))
            .Where(static c => c["name"] is { Length: > 0 } name && name != Own && !name.Contains('(', StringComparison.Ordinal))
            .GroupBy(static c => c["name"].Replace("-blocking", string.Empty, StringComparison.Ordinal), StringComparer.Ordinal)
            .ToDictionary(static g => g.Key, static IReadOnlyList<long> (g) => [.. g.Select(static c => long.Parse(c["id"], CultureInfo.InvariantCulture))], StringComparer.Ordinal);
    }

    /// <summary>Ends all connections but the test's own.</summary>
    public async Task KillAsync()
    {
        await Database.ExecuteAsync("CLIENT", "KILL", "TYPE", "normal");
        await Database.ExecuteAsync("CLIENT", "KILL", "TYPE", "pubsub");
    }

    /// <summary>How many connections the server takes.</summary>
    public async Task<string> LimitAsync() => ((RedisResult[])(await Database.ExecuteAsync("CONFIG", "GET", "maxclients"))!)[1].ToString();

    /// <summary>Has it take so many.</summary>
    public Task LimitAsync(string most) => Database.ExecuteAsync("CONFIG", "SET", "maxclients", most);

    /// <summary>How many the server has turned away for their number.</summary>
    public async Task<long> RejectedAsync()
    {
        const string field = "rejected_connections:";
        var statistics = (string)(await Database.ExecuteAsync("INFO", "stats"))!;
        return long.Parse(statistics.Split('\n').Single(static l => l.StartsWith(field, StringComparison.Ordinal))[field.Length..], CultureInfo.InvariantCulture);
    }

    /// <summary>How many messages are on the stream of dead letters of tasks.</summary>
    public Task<long> DeadLettersAsync() => Database.StreamLengthAsync("xnai:dlq:xnai:task_updates");

    /// <summary>The request ids on a stream that begin so, in its order.</summary>
    public async Task<string[]> RequestsOfAsync(string stream, string prefix)
        => [.. (await Database.StreamRangeAsync(stream)).Select(static e => e["request_id"].ToString()).Where(r => r.StartsWith(prefix, StringComparison.Ordinal))];

    public ValueTask DisposeAsync() => _redis.DisposeAsync();
}
