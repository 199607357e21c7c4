using System.Diagnostics;
using System.Globalization;
using Npgsql;
using StackExchange.Redis;
using XoeNovAi.ServiceDefaults;
using XoeNovAi.ServiceDefaults.Api;
using XoeNovAi.ServiceDefaults.Postgres;
using XoeNovAi.ServiceDefaults.Redis;
using XoeNovAi.ServiceDefaults.Streams;

namespace XoeNovAi.Rag.Queries;

/// <summary>Writes down every question: a row in PostgreSQL, an entry on a stream, and a task for the curation worker.</summary>
internal sealed class AuditTrail(
    PostgresConnections database,
    RedisClient redis,
    StreamPublisher streams,
    ServiceIdentity identity,
    ILogger<AuditTrail> logger)
{
    private const string Stream = "xnai_audit_trail";
    private const string Tasks = "xnai:task_updates";
    private const int StreamLength = 1000;

    private const string Insert = """
        INSERT INTO audit_log (id, request_id, trace_id, service, instance, action, query, cached, tokens, duration_ms)
        VALUES ($1, $2, $3, $4, $5, 'query', $6, $7, $8, $9) ON CONFLICT (id) DO NOTHING
        """;

    /// <exception cref="ApiException">Neither PostgreSQL nor Redis took it: an answer that nobody has written down is not given.</exception>
    public async Task WriteAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        var row = TryAsync("audit_log", () => InsertAsync(entry, cancellationToken));
        var stream = TryAsync(Stream, () => AppendAsync(entry, cancellationToken));
        var task = TryAsync(Tasks, () => PublishAsync(entry, cancellationToken));
        await Task.WhenAll(row, stream, task);
        if (!await row && !await stream)
        {
            throw ApiException.Unavailable("The audit trail");
        }
    }

    private async Task<bool> TryAsync(string where, Func<Task> write)
    {
        try
        {
            await write();
            return true;
        }
        catch (Exception exception) when (exception is RedisException or NpgsqlException or TimeoutException)
        {
            logger.LogWarning("The query is not written to {Where}: {Reason}", where, exception.Message);
            return false;
        }
    }

    private Task InsertAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        NpgsqlParameter[] values =
        [
            new NpgsqlParameter<Guid> { TypedValue = entry.Id },
            new NpgsqlParameter<string> { TypedValue = entry.RequestId },
            new() { Value = (object?)Activity.Current?.TraceId.ToString() ?? DBNull.Value },
            new NpgsqlParameter<string> { TypedValue = identity.Service },
            new NpgsqlParameter<string> { TypedValue = identity.Instance },
            new NpgsqlParameter<string> { TypedValue = entry.Query },
            new NpgsqlParameter<bool> { TypedValue = entry.Cached },
            new NpgsqlParameter<int> { TypedValue = entry.Tokens },
            new NpgsqlParameter<double> { TypedValue = entry.DurationMs },
        ];
        return database.RunAsync(Insert, values, command => command.ExecuteNonQueryAsync(cancellationToken), cancellationToken);
    }

    private async Task AppendAsync(AuditEntry entry, CancellationToken cancellationToken) =>
        await redis.ExecuteAsync("XADD", database => database.StreamAddAsync(Stream,
            [
                new("id", entry.Id.ToString()),
                new("request_id", entry.RequestId),
                new("action", "query"),
                new("query", entry.Query),
                new("cached", entry.Cached),
                new("tokens", entry.Tokens),
            ], maxLength: StreamLength, useApproximateMaxLength: true), cancellationToken);

    private async Task PublishAsync(AuditEntry entry, CancellationToken cancellationToken) =>
        await streams.PublishAsync(Tasks,
            [
                new("type", "curate"),
                new("task_id", entry.Id.ToString()),
                new("query", entry.Query),
                new("tokens", entry.Tokens.ToString(CultureInfo.InvariantCulture)),
            ], cancellationToken);
}
