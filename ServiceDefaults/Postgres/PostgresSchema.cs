using Npgsql;

namespace XoeNovAi.ServiceDefaults.Postgres;

/// <summary>Whether the schema of this service is there.</summary>
public sealed class PostgresSchema
{
    private volatile TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile TaskCompletionSource _missing = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether every migration has been applied.</summary>
    public bool IsReady => _ready.Task.IsCompletedSuccessfully;

    /// <summary>Waits until every migration has been applied.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that completes then.</returns>
    public Task WaitAsync(CancellationToken cancellationToken) => _ready.Task.WaitAsync(cancellationToken);

    /// <summary>Looks at what went wrong: a table that is not there means that PostgreSQL has come back empty, and is migrated again.</summary>
    /// <param name="exception">What went wrong.</param>
    public void Note(Exception exception)
    {
        if (exception is PostgresException { SqlState: PostgresErrorCodes.UndefinedTable })
        {
            _missing.TrySetResult();
        }
    }

    internal void SetReady() => _ready.TrySetResult();

    internal async Task WhenMissingAsync(CancellationToken cancellationToken)
    {
        await _missing.Task.WaitAsync(cancellationToken);
        _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _missing = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
