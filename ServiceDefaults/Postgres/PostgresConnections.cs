using Microsoft.Extensions.Logging;
using Npgsql;
using OpenTelemetry;
using Polly;

namespace XoeNovAi.ServiceDefaults.Postgres;

/// <summary>
/// Connections of the pool that are alive. Npgsql hands out what it has kept: after a restart of the server, connections that fail at
/// the first command, which would then be lost. While PostgreSQL hangs, calls fail within a second and then at once.
/// </summary>
public sealed class PostgresConnections
{
    private const string TakesWrites = "SELECT current_setting('transaction_read_only') = 'off'";

    // One that has no room left answers, and takes what fits into the room it has: only what needs more tells.
    private const string TakesRoom = "CREATE TEMP TABLE write_check ON COMMIT DROP AS SELECT repeat(md5(number::text), 32) FROM generate_series(1, 64) AS number";

    // Of two statements that lost against each other PostgreSQL has undone one, which then can be run as if it had never been.
    private const int MostRetries = 3;

    private readonly ResiliencePipeline _retry;
    private readonly NpgsqlDataSource _database;
    private readonly int _size;
    private readonly HangGuard _guard;
    private readonly ILogger<PostgresConnections> _logger;
    private volatile bool _hadNoRoom;

    internal PostgresConnections(NpgsqlDataSource database, TimeProvider time, ILogger<PostgresConnections> logger)
    {
        _database = database;
        _size = new NpgsqlConnectionStringBuilder(database.ConnectionString).MaxPoolSize;
        _logger = logger;
        _guard = new(AskAsync, time, logger);
        _retry = new ResiliencePipelineBuilder { TimeProvider = time }.AddRetry(new()
        {
            ShouldHandle = static outcome => ValueTask.FromResult(outcome.Outcome.Exception is PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure }),
            MaxRetryAttempts = MostRetries,
            Delay = TimeSpan.FromMilliseconds(20),
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            OnRetry = again =>
            {
                logger.LogInformation("A statement lost against another and is run again: {Reason}", again.Outcome.Exception?.Message);
                return default;
            },
        }).Build();
    }

    /// <summary>Opens a connection that has just answered, or is new.</summary>
    /// <param name="cancellationToken">Ends the wait for it.</param>
    /// <returns>The connection; disposing gives it back.</returns>
    /// <exception cref="NpgsqlException">PostgreSQL is away, or hangs.</exception>
    public Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken) =>
        _guard.RunAsync(OpenAliveAsync, static connection => connection.DisposeAsync(), cancellationToken);

    /// <summary>
    /// Runs a statement on a connection that is alive, and again when PostgreSQL has undone it for another's sake: after a deadlock, or
    /// when it cannot be serialized.
    /// </summary>
    /// <typeparam name="T">What it gives.</typeparam>
    /// <param name="sql">The statement, with <c>$1</c>, <c>$2</c> and so on for its parameters. It must hold no input.</param>
    /// <param name="parameters">The parameters, in their order.</param>
    /// <param name="run">How it is run and read.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What <paramref name="run"/> gives.</returns>
    /// <exception cref="NpgsqlException">PostgreSQL is away, hangs, or refuses the statement. One that hung may have been carried out all the same.</exception>
    public Task<T> RunAsync<T>(string sql, IEnumerable<NpgsqlParameter> parameters, Func<NpgsqlCommand, Task<T>> run, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(run);

        NpgsqlParameter[] values = [.. parameters];
        return _retry.ExecuteAsync(
            async token => await _guard.RunAsync(given => RunAsync(sql, values, run, given), static _ => ValueTask.CompletedTask, token), cancellationToken).AsTask();
    }

    /// <summary>Returns when PostgreSQL takes writes.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>A task that completes then.</returns>
    /// <exception cref="NpgsqlException">It is away, or hangs.</exception>
    /// <exception cref="IOException">It is read-only.</exception>
    /// <remarks>Once it has refused a row for want of room, it is asked for some until it has.</remarks>
    public async Task CheckWriteAsync(CancellationToken cancellationToken)
    {
        using var quiet = SuppressInstrumentationScope.Begin();
        if (!await RunAsync(TakesWrites, [], async command => await command.ExecuteScalarAsync(cancellationToken) is true, cancellationToken))
        {
            throw new IOException("PostgreSQL is read-only.");
        }

        if (_hadNoRoom)
        {
            await RunAsync(TakesRoom, [], command => command.ExecuteNonQueryAsync(cancellationToken), cancellationToken);
            _hadNoRoom = false;
        }
    }

    private async Task<T> RunAsync<T>(string sql, NpgsqlParameter[] parameters, Func<NpgsqlCommand, Task<T>> run, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAliveAsync(cancellationToken);
#pragma warning disable CA2100 // What callers name goes into the parameters.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        command.Parameters.AddRange(parameters);
        try
        {
            return await run(command);
        }
        catch (PostgresException exception) when (exception.SqlState is PostgresErrorCodes.DiskFull or PostgresErrorCodes.IoError)
        {
            _hadNoRoom = true;
            throw;
        }
        finally
        {
            // Of another try they belong to another command.
            command.Parameters.Clear();
        }
    }

    private async Task AskAsync()
    {
        using var quiet = SuppressInstrumentationScope.Begin();
        await using var alive = await OpenAliveAsync(CancellationToken.None);
    }

    private async Task<NpgsqlConnection> OpenAliveAsync(CancellationToken cancellationToken)
    {
        // A dead one leaves the pool, so they are at most as many as it holds. Clearing spares the others the same question, but is
        // over only for the first of those who clear at a time: the next one handed out may be dead as well.
        for (var left = _size; left > 0; left--)
        {
            var connection = await _database.OpenConnectionAsync(cancellationToken);
            if (await AnswersAsync(connection))
            {
                return connection;
            }

            _database.Clear();
        }

        return await _database.OpenConnectionAsync(cancellationToken);
    }

    private async Task<bool> AnswersAsync(NpgsqlConnection connection)
    {
        // A question of the pool's own: it belongs into nobody's trace, and cancelling it would be one more question.
        using var quiet = SuppressInstrumentationScope.Begin();
        try
        {
            await using var command = new NpgsqlCommand("SELECT 1", connection);
            await command.ExecuteScalarAsync(CancellationToken.None);
            return true;
        }
        catch (NpgsqlException exception)
        {
            _logger.LogInformation("A connection to PostgreSQL is dead and replaced: {Reason}", exception.Message);
            await connection.DisposeAsync();
            return false;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
