using Microsoft.Extensions.Logging;
using Npgsql;
using OpenTelemetry;
using StackExchange.Redis;
using XoeNovAi.ServiceDefaults.Lifetime;
using XoeNovAi.ServiceDefaults.Postgres;

namespace XoeNovAi.ServiceDefaults.Streams;

/// <summary>
/// Publishes what is in the outbox, its own service's and others', oldest first. Several senders leave each other's rows alone. Where
/// replicas are wanted, a row leaves only when they have its message: without them all waits here, as the one server that had it might
/// be lost, and another, that had not, lead.
/// </summary>
internal sealed class OutboxSender(
    StreamOutbox outbox,
    StreamPublisher streams,
    PostgresConnections database,
    PostgresSchema schema,
    TimeProvider time,
    ILogger<OutboxSender> logger) : SupervisedService(time, logger)
{
    private const int Batch = 100;

    private const string Take = "SELECT id, stream, fields FROM stream_outbox WHERE stream <> ALL($2) ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED";

    // What another instance left that has gone since is found by looking.
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);

    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        // What it sends belongs to the traces it was left by, and looking for it to none.
        using var quiet = SuppressInstrumentationScope.Begin();
        var backoff = new Backoff(Time);
        Type? said = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await schema.WaitAsync(stoppingToken);
                await SendAsync(stoppingToken);
                backoff.Reset();
                await outbox.WaitAsync(Look, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // Whatever it was, the rows are there still.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                if (!backoff.InUse || exception.GetType() != said)
                {
                    said = exception.GetType();
                    logger.LogWarning("What is left to publish waits: {Reason}", exception.Message);
                }

                schema.Note(exception);
                await backoff.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    // A stream whose readers are behind, or that Redis does not write to, keeps its own messages waiting and no other's.
    private async Task SendAsync(CancellationToken cancellationToken)
    {
        var held = new HashSet<string>(StringComparer.Ordinal);
        RedisServerException? refused = null;
        while (await SendBatchAsync(held, exception => refused ??= exception, cancellationToken) == Batch)
        {
        }

        if (refused is not null)
        {
            throw refused;
        }
    }

    /// <returns>How many there were.</returns>
    private async Task<int> SendBatchAsync(HashSet<string> held, Action<RedisServerException> refused, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var sent = new List<long>();
        try
        {
            var rows = await TakeAsync(connection, held, cancellationToken);
            foreach (var (id, stream, fields) in rows.Where(row => !held.Contains(row.Stream)))
            {
                if (await IsSentAsync(stream, fields, refused, cancellationToken))
                {
                    sent.Add(id);
                }
                else
                {
                    held.Add(stream);
                }
            }

            return rows.Count;
        }
        finally
        {
            // Whatever stopped it, what is sent is not left to be sent again.
            if (sent.Count > 0)
            {
                await DeleteAsync(connection, sent, cancellationToken);
                await transaction.CommitAsync(cancellationToken);
                logger.LogInformation("{Count} messages that were left have been published", sent.Count);
            }
        }
    }

    private async Task<bool> IsSentAsync(string stream, string fields, Action<RedisServerException> refused, CancellationToken cancellationToken)
    {
        try
        {
            return await streams.RelayAsync(stream, StreamOutbox.Unpack(fields), cancellationToken);
        }
        catch (RedisServerException exception)
        {
            refused(exception);
            return false;
        }
    }

    private static async Task<IReadOnlyList<(long Id, string Stream, string Fields)>> TakeAsync(NpgsqlConnection connection, IEnumerable<string> held, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Take, connection) { Parameters = { new NpgsqlParameter<int> { TypedValue = Batch }, new NpgsqlParameter<string[]> { TypedValue = [.. held] } } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<(long Id, string Stream, string Fields)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add((reader.GetInt64(0), reader.GetString(1), reader.GetString(2)));
        }

        return rows;
    }

    private static async Task DeleteAsync(NpgsqlConnection connection, List<long> ids, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("DELETE FROM stream_outbox WHERE id = ANY($1)", connection) { Parameters = { new NpgsqlParameter<long[]> { TypedValue = [.. ids] } } };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
