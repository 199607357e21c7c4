using System.Diagnostics;
using System.Globalization;
using Npgsql;
using StackExchange.Redis;

namespace XoeNovAi.IntegrationTests.Chaos;

/// <summary>Reads what a stack's stores hold of a load.</summary>
internal sealed class StoreReader(Stack stack, ChaosLoad load, NpgsqlDataSource database) : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private static readonly (string Stream, string Group)[] Consumed = [("xnai:task_updates", "agent_wavefront"), ("xnai:memory_updates", "memory_sync")];

    public static async Task<StoreReader> CreateAsync(Stack stack, ChaosLoad load, CancellationToken cancellationToken)
        => new(stack, load, NpgsqlDataSource.Create(await stack.PostgresAsync(cancellationToken)));

    /// <summary>Waits until nothing is under way any more, or for so long; what is missing then is for the checks to say.</summary>
    /// <returns>What was still under way, and what had been buried.</returns>
    public async Task<IReadOnlyList<string>> SettledAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        await using var redis = await ConnectionMultiplexer.ConnectAsync(await stack.RedisAsync(cancellationToken));
        List<string> left;
        do
        {
            await Task.Delay(Pause, cancellationToken);
            left = [];
            left.AddRange(await WaitingAsync(cancellationToken));
            foreach (var (stream, name) in Consumed)
            {
                var group = (await redis.GetDatabase().StreamGroupInfoAsync(stream)).Single(g => g.Name == name);
                if (group.PendingMessageCount + (group.Lag ?? 0) is > 0 and var pending)
                {
                    left.Add($"{pending} messages of {stream} are not done");
                }
            }
        }
        while (left.Count > 0 && Stopwatch.GetElapsedTime(started) < limit);

        foreach (var (stream, _) in Consumed)
        {
            if (await redis.GetDatabase().StreamLengthAsync($"xnai:dlq:{stream}") is > 0 and var buried)
            {
                left.Add($"{buried} messages of {stream} are dead letters");
            }
        }

        return left;
    }

    public async Task<StoreContents> ReadAsync(CancellationToken cancellationToken)
    {
        var memories = new Dictionary<string, (long Value, int Version)>(StringComparer.Ordinal);
        foreach (var user in load.Users)
        {
            foreach (var row in await database.TextsAsync("SELECT context_id || '|' || (content::jsonb ->> 'value') || '|' || version FROM memory_context WHERE agent_id = $1", user, cancellationToken))
            {
                var words = row.Split('|');
                memories.Add(words[0], (long.Parse(words[1], CultureInfo.InvariantCulture), int.Parse(words[2], CultureInfo.InvariantCulture)));
            }
        }

        return new(
            await CountsAsync("SELECT request_id FROM audit_log WHERE request_id LIKE $1 || '-%'"),
            Own(await load.Audit.CountsAsync()),
            await CountsAsync("SELECT request_id FROM curation_log WHERE request_id LIKE $1 || '-%'"),
            await CountsAsync("SELECT task_id::text FROM curation_log WHERE query LIKE $1 || ' task %'"),
            memories);

        async Task<IReadOnlyDictionary<string, int>> CountsAsync(string query)
            => (await database.TextsAsync(query, load.Run, cancellationToken)).CountBy(static key => key).ToDictionary();
    }

    public ValueTask DisposeAsync() => database.DisposeAsync();

    private async Task<IReadOnlyList<string>> WaitingAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await database.TextsAsync("SELECT count(*) || ' messages of ' || stream || ' wait in the outbox' FROM stream_outbox WHERE stream LIKE $1 || '%' GROUP BY stream", "xnai:", cancellationToken);
        }
        catch (NpgsqlException exception)
        {
            // For some seconds the server may not know yet that connections are dead, and have no place for another.
            return [exception.Message];
        }
    }

    private Dictionary<string, int> Own(IReadOnlyDictionary<string, int> counts)
        => counts.Where(c => c.Key.StartsWith(load.Run, StringComparison.Ordinal)).ToDictionary();
}
