using Microsoft.Extensions.Logging;
using Npgsql;

namespace XoeNovAi.ServiceDefaults.Postgres;

/// <summary>
/// Keeps callers from hanging with PostgreSQL. Npgsql's own limits need the server's help: its cancellation is a question to the
/// server, asked by the thread that cancels. So nobody waits here for what he has given up. While PostgreSQL answers nobody, calls
/// fail at once, and one probe waits for it.
/// </summary>
/// <param name="ask">Asks PostgreSQL something. It is under way at most once.</param>
/// <param name="time">The clock of the limits.</param>
/// <param name="logger">Where the beginning and the end of it are written.</param>
internal sealed class HangGuard(Func<Task> ask, TimeProvider time, ILogger logger)
{
    // After so long without an answer to anybody PostgreSQL is asked whether it is there.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(1);

    // What that answer may take, with a stack under load around it; a health check waits hardly longer.
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromMilliseconds(100);

    // Npgsql's limits for a connection and a command, one after the other.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private Task? _probe;
    private long _answered;
    private bool _hangs;

    /// <summary>Runs something for as long as PostgreSQL is heard of.</summary>
    /// <typeparam name="T">What it gives.</typeparam>
    /// <param name="operation">It, told when nobody waits for it any more.</param>
    /// <param name="tooLate">What is done with a result nobody waits for any more.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What it gives.</returns>
    /// <exception cref="NpgsqlException">PostgreSQL hangs; inside is a <see cref="TimeoutException"/>, by which it is known to be passing.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> operation, Func<T, ValueTask> tooLate, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _hangs) && !await AnswersAsync(cancellationToken))
        {
            throw Hanging();
        }

        var began = time.GetTimestamp();
        // Not disposed of here: the operation may outlive the call.
        var givenUp = new CancellationTokenSource();
        var work = ObserveAsync(operation(givenUp.Token));
        try
        {
            while (true)
            {
                await ((Task)work).WaitAsync(Silence, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (work.IsCompleted)
                {
                    return await work;
                }

                cancellationToken.ThrowIfCancellationRequested();
                var silent = time.GetElapsedTime(Volatile.Read(ref _answered)) >= Silence;
                if (time.GetElapsedTime(began) >= Longest || (silent && !await AnswersAsync(cancellationToken)))
                {
                    throw Hanging();
                }
            }
        }
        catch when (!work.IsCompleted)
        {
            _ = GiveUpAsync(work, givenUp, tooLate);
            throw;
        }
    }

    private static NpgsqlException Hanging() => new("PostgreSQL does not answer.", new TimeoutException());

    // Whatever becomes of it, nobody else looks at it; what it has taken from the pool it gives back itself.
    private static async Task GiveUpAsync<T>(Task<T> work, CancellationTokenSource givenUp, Func<T, ValueTask> tooLate)
    {
        // On another thread: Npgsql may keep the one that cancels.
        await givenUp.CancelAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await ((Task)work).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (work.IsCompletedSuccessfully)
        {
            await tooLate(await work);
        }

        givenUp.Dispose();
    }

    /// <summary>Whether PostgreSQL answers now. Everybody who asks meanwhile waits for the same answer.</summary>
    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        Task probe;
        lock (_gate)
        {
            probe = _probe is { IsCompleted: false } ? _probe : _probe = ObserveAsync(AskAsync());
        }

        await probe.WaitAsync(ProbeLimit, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        var hangs = !probe.IsCompleted || IsSilence(probe.Exception?.InnerException);
        Set(hangs);
        return !hangs;
    }

    private async Task<bool> AskAsync()
    {
        await ask();
        return true;
    }

    // A refusal is an answer too, and so is a server that is not there: whoever calls is told at once.
    private async Task<T> ObserveAsync<T>(Task<T> work)
    {
        try
        {
            var result = await work;
            Heard();
            return result;
        }
        catch (Exception exception) when (exception is NpgsqlException && !IsSilence(exception))
        {
            Heard();
            throw;
        }
    }

    private void Heard()
    {
        Volatile.Write(ref _answered, time.GetTimestamp());
        Set(false);
    }

    // Of several hosts one that hangs may be the one that is wanted.
    private static bool IsSilence(Exception? exception)
        => exception is TimeoutException or NpgsqlException { InnerException: TimeoutException }
            || (exception is NpgsqlException { InnerException: AggregateException several } && several.InnerExceptions.Any(IsSilence));

    private void Set(bool hangs)
    {
        lock (_gate)
        {
            if (hangs == _hangs)
            {
                return;
            }

            _hangs = hangs;
        }

        if (hangs)
        {
            logger.LogWarning("PostgreSQL does not answer; calls fail at once until it does");
        }
        else
        {
            logger.LogInformation("PostgreSQL answers again");
        }
    }
}
