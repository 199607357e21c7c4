using Microsoft.Extensions.Logging;
using Npgsql;
using OpenTelemetry;
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

    private const string Take = "SELECT id, stream, fields FROM stream_outbox ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED";

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
                while (await SendAsync(stoppingToken) == Batch)
                {
                }

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

    /// <returns>How many were sent.</returns>
    private async Task<int> SendAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var sent = new List<long>();
        try
        {
            foreach (var (id, stream, fields) in await TakeAsync(connection, cancellationToken))
            {
                if (!await streams.RelayAsync(stream, StreamOutbox.Unpack(fields), cancellationToken))
                {
                    break;
                }

                sent.Add(id);
            }
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

        return sent.Count;
    }

    private static async Task<IReadOnlyList<(long Id, string Stream, string Fields)>> TakeAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Take, connection) { Parameters = { new NpgsqlParameter<int> { TypedValue = Batch } } };
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
