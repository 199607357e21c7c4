using System.Text;
using Microsoft.Extensions.Logging;
using XoeNovAi.Consul.Client;

namespace XoeNovAi.Consul.Leadership;

/// <summary>
/// Of those who want to lead, one does: the one whose session holds a key. Who leads is told to end before Consul can have given the
/// key to another, also when Consul cannot be reached; who stops hands it over at once.
/// </summary>
/// <param name="consul">Consul.</param>
/// <param name="options">What is led.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told who leads.</param>
public sealed class LeaderElection(ConsulClient consul, LeaderElectionOptions options, TimeProvider time, ILogger<LeaderElection> logger)
{
    // Of the time to live: often enough that one failure or two cost nothing.
    private const int Renewals = 4;

    // Nothing tells when the lock-delay is over.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LetGoLimit = TimeSpan.FromMilliseconds(500);
    private volatile bool _isLeader;

    /// <summary>Whether this one leads.</summary>
    public bool IsLeader => _isLeader;

    /// <summary>Wants to lead until it is stopped, and does the leader's work whenever it does.</summary>
    /// <param name="lead">The leader's work. It ends when it is told to: others lead then.</param>
    /// <param name="stopping">Ends it; the lead is handed over.</param>
    /// <returns>A task that completes when nothing is led any more, and never fails.</returns>
    public async Task RunAsync(Func<CancellationToken, Task> lead, CancellationToken stopping)
    {
        ArgumentNullException.ThrowIfNull(lead);
        var untilAnswered = ConsulRetries.UntilAnswered(time, (exception, number) =>
        {
            if (number == 0)
            {
                logger.LogWarning("{Name} cannot stand for {Key}: {Reason}", options.Name, options.Key, exception.Message);
            }
        });
        await ConsulRetries.KeepAsync(
            $"The election for {options.Key}",
            async token =>
            {
                while (true)
                {
                    await untilAnswered.ExecuteAsync(async inner => await StandAsync(lead, inner), token);
                }
            },
            logger,
            time,
            stopping);
    }

    /// <summary>One session, from its beginning to its end.</summary>
    private async Task StandAsync(Func<CancellationToken, Task> lead, CancellationToken stopping)
    {
        var made = time.GetTimestamp();
        var session = await consul.Sessions.CreateAsync(new(options.Name, options.TimeToLive, options.LockDelay), stopping);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var renewing = RenewAsync(session, made, ended);
        var watching = Task.CompletedTask;
        try
        {
            while (!await consul.Keys.PutAsync(options.Key, Encoding.UTF8.GetBytes(options.Name), new() { Acquire = session }, ended.Token))
            {
                await WaitUntilFreeAsync(ended.Token);
            }

            watching = WatchAsync(session, ended);
            await LeadAsync(lead, ended.Token);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            // The session has ended before it led.
        }
        finally
        {
            await ended.CancelAsync();
            await Task.WhenAll(renewing, watching);
            await LetGoAsync(session);
        }
    }

    private async Task LeadAsync(Func<CancellationToken, Task> lead, CancellationToken cancellationToken)
    {
        _isLeader = true;
        logger.LogInformation("{Name} leads {Key}", options.Name, options.Key);
        try
        {
            await lead(cancellationToken);
            await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // It has ended as it was told.
        }
        finally
        {
            _isLeader = false;
            logger.LogInformation("{Name} leads {Key} no longer", options.Name, options.Key);
        }
    }

    // The session lives at least its time after the renewal that was sent last and answered.
    private async Task RenewAsync(string session, long made, CancellationTokenSource ended)
    {
        var renewed = made;
        try
        {
            while (true)
            {
                await Task.Delay(options.TimeToLive / Renewals, time, ended.Token);
                var sent = time.GetTimestamp();
                var left = options.TimeToLive - (options.TimeToLive / Renewals) - time.GetElapsedTime(renewed);
                using var deadline = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(ended.Token, deadline.Token);
                try
                {
                    if (!await consul.Sessions.RenewAsync(session, either.Token))
                    {
                        break;
                    }

                    renewed = sent;
                }
                catch (ConsulException) when (!deadline.IsCancellationRequested)
                {
                    // There is time for another try.
                }
            }
        }
        catch (OperationCanceledException)
        {
            // It is over, or there is no time left.
        }
        finally
        {
            await ended.CancelAsync();
        }
    }

    // Somebody may have taken the key away, or ended the session.
    private async Task WatchAsync(string session, CancellationTokenSource ended)
    {
        var query = Query();
        try
        {
            string? holder;
            do
            {
                (holder, _) = await query.NextAsync(BlockingQuery<string?>.Wait, ended.Token);
            }
            while (holder == session);
        }
        catch (OperationCanceledException)
        {
            // It is over for another reason.
        }
        finally
        {
            await ended.CancelAsync();
        }
    }

    private async Task WaitUntilFreeAsync(CancellationToken cancellationToken)
    {
        var query = Query();
        while ((await query.NextAsync(BlockingQuery<string?>.Wait, cancellationToken)).Value is not null)
        {
        }

        await Task.Delay(Pause, time, cancellationToken);
    }

    private BlockingQuery<string?> Query() => new(
        async (query, token) =>
        {
            var (entry, index) = await consul.Keys.EntryAsync(options.Key, query, token);
            return new(entry?.Session, index);
        },
        time,
        exception => logger.LogWarning("Who leads {Key} is not known: {Reason}", options.Key, exception.Message));

    // Letting go, unlike a session's end, has no lock-delay: the next one leads at once.
    private async Task LetGoAsync(string session)
    {
        using var limit = new CancellationTokenSource(LetGoLimit, time);
        try
        {
            await consul.Keys.PutAsync(options.Key, ReadOnlyMemory<byte>.Empty, new() { Release = session }, limit.Token);
            await consul.Sessions.DestroyAsync(session, limit.Token);
        }
        catch (Exception exception) when (exception is ConsulException or OperationCanceledException)
        {
            // Consul ends the session by itself.
        }
    }
}

/// <summary>What is led, and how soon somebody else leads after a leader was lost.</summary>
/// <param name="Key">The key its holder leads by, such as <c>xnai/curation-worker/leader</c>.</param>
/// <param name="Name">Who this is; it is the value of the key.</param>
public sealed record LeaderElectionOptions(string Key, string Name)
{
    /// <summary>How long a leader that is not heard of stays one, at least. Consul takes 10 s or more, and may take twice as long.</summary>
    public TimeSpan TimeToLive { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long nobody leads after a leader was lost, so that it can notice. None is needed when clocks run alike: it gives up before.</summary>
    public TimeSpan LockDelay { get; init; } = TimeSpan.FromSeconds(1);
}
