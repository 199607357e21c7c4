using System.Diagnostics;
using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using StackExchange.Redis;
using XoeNovAi.ServiceDefaults;
using XoeNovAi.ServiceDefaults.Api;
using XoeNovAi.ServiceDefaults.Postgres;
using XoeNovAi.ServiceDefaults.Redis;
using XoeNovAi.ServiceDefaults.Streams;

namespace XoeNovAi.Rag.Queries;

/// <summary>
/// Writes down every question: a row in PostgreSQL, an entry on a stream, and a task for the curation worker. A task that Redis does
/// not take, or its replicas do not confirm, is left in the outbox, by the statement that writes the row.
/// </summary>
internal sealed class AuditTrail(
    PostgresConnections database,
    PostgresSchema schema,
    RedisClient redis,
    StreamPublisher streams,
    StreamOutbox outbox,
    ServiceIdentity identity,
    ILogger<AuditTrail> logger)
{
    private const string Stream = "xnai_audit_trail";
    private const string Tasks = "xnai:task_updates";
    private const int StreamLength = 1000;

    private const string Insert = """
        WITH task_left AS (INSERT INTO stream_outbox (stream, fields) SELECT $10, $11 WHERE $11 IS NOT NULL)
        INSERT INTO audit_log (id, request_id, trace_id, service, instance, action, query, cached, tokens, duration_ms)
        VALUES ($1, $2, $3, $4, $5, 'query', $6, $7, $8, $9) ON CONFLICT (id) DO NOTHING
        """;

    /// <exception cref="ApiException">
    /// Neither store took it, or Redis took a part and PostgreSQL nothing: an answer that nobody has written down is not given, and none
    /// whose task is lost.
    /// </exception>
    public async Task WriteAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        KeyValuePair<string, string>[] task =
        [
            new("type", "curate"),
            new("task_id", entry.Id.ToString()),
            new("query", entry.Query),
            new("tokens", entry.Tokens.ToString(CultureInfo.InvariantCulture)),
        ];
        var appending = TryAsync(Stream, () => AppendAsync(entry, cancellationToken));
        var notPublished = await TryAsync(Tasks, () => streams.PublishAsync(Tasks, task, cancellationToken));
        var notWritten = await TryAsync("audit_log", () => InsertAsync(entry, notPublished is null ? null : StreamOutbox.Pack(task), cancellationToken));
        var notAppended = await appending;
        if (notWritten is not null && (notAppended ?? notPublished) is not null)
        {
            throw ApiException.Unavailable("The audit trail", notWritten);
        }

        if (notPublished is not null)
        {
            outbox.Wake();
        }
    }

    /// <returns>Why it was not written; null when it was.</returns>
    private async Task<Exception?> TryAsync(string where, Func<Task> write)
    {
        try
        {
            await write();
            return null;
        }
        catch (Exception exception) when (exception is RedisException or NpgsqlException or TimeoutException)
        {
            schema.Note(exception);
            logger.LogWarning("The query is not written to {Where}: {Reason}", where, exception.Message);
            return exception;
        }
    }

    private Task InsertAsync(AuditEntry entry, string? left, CancellationToken cancellationToken)
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
            new NpgsqlParameter<string> { TypedValue = Tasks },
            new() { Value = (object?)left ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
        ];
        return database.RunAsync(Insert, values, command => command.ExecuteNonQueryAsync(cancellationToken), cancellationToken);
    }

    private async Task AppendAsync(AuditEntry entry, CancellationToken cancellationToken) =>
        await redis.ExecuteConfirmedAsync("XADD", database => database.StreamAddAsync(Stream,
            [
                new("id", entry.Id.ToString()),
                new("request_id", entry.RequestId),
                new("action", "query"),
                new("query", entry.Query),
                new("cached", entry.Cached),
                new("tokens", entry.Tokens),
            ], maxLength: StreamLength, useApproximateMaxLength: true), cancellationToken);
}

/// <summary>That a question was asked and answered.</summary>
internal sealed record AuditEntry(Guid Id, string RequestId, string Query, bool Cached, int Tokens, double DurationMs);
