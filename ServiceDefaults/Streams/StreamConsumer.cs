using Microsoft.Extensions.Logging;
using XoeNovAi.ServiceDefaults.Emergency;
using XoeNovAi.ServiceDefaults.Lifetime;
using XoeNovAi.ServiceDefaults.Redis;
using XoeNovAi.ServiceDefaults.RequestIds;

namespace XoeNovAi.ServiceDefaults.Streams;

/// <summary>
/// Reads a stream as a member of a group: what it left unacknowledged, what others left, and what is new.
/// </summary>
/// <remarks>
/// A message goes to the dead letters after three tries, and a try is only what the message itself did wrong
/// (<see cref="MessageFault.IsOwn"/>). The try is counted before the message is handled and taken back when the fault was another's,
/// so a message that ends the whole process has been counted; one that a killed process was just working on is counted as well, but
/// three times in a row only if it is the cause: what was counted is tried alone (<see cref="HandlingGate"/>), and during an outage
/// nothing is begun (<see cref="IStreamHandler.ReadyAsync"/>). When a store fails the consumer pauses; when the handler has a defect
/// only the messages that meet it wait, tried again every half minute until it is mended.
/// </remarks>
internal sealed class StreamConsumer(
    RedisClient redis,
    StreamSubscription subscription,
    IStreamHandler handler,
    HandlingGate gate,
    StreamStatus status,
    EmergencyStop emergency,
    TimeProvider time,
    ILogger<StreamConsumer> logger) : SupervisedService(time, logger)
{
    private const int Tries = 3;

    // Before new messages get their turn again.
    private const int MostRetries = 10;

    private static readonly TimeSpan Block = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ShortBlock = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestHandling = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPauseOfDefects = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Farewell = TimeSpan.FromMilliseconds(300);

    private readonly StreamGroup _group = new(redis, subscription);
    private readonly SetAside _aside = new(time);
    private readonly Backoff _backoff = new(time);
    private bool _isReady;
    private long _claimed;

    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        // Disposing of the connection is what ends a read that blocks.
        await using var reader = redis.CreateBlocking(Block, Time);
        var hasGroup = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (!hasGroup)
                {
                    await _group.EnsureAsync(stoppingToken);
                    hasGroup = true;
                }

                await ClaimAsync(stoppingToken);
                var left = await RetryAsync(stoppingToken);
                foreach (var message in await _group.ReadAsync(reader, left ? ShortBlock : Block, stoppingToken))
                {
                    // What comes after a failure is pending now, and has its turn with the rest of that.
                    if (!await TryAsync(message.Id, message, tries: 0, stoppingToken))
                    {
                        break;
                    }
                }

                if (!_aside.HasOthersFault)
                {
                    _backoff.Reset();
                    status.Set(subscription.Stream, isWell: true);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // Whatever it was, the messages read stay unacknowledged and are read again.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                hasGroup = false;
                await PauseAsync(exception, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task ClaimAsync(CancellationToken cancellationToken)
    {
        if (_claimed == 0 || Time.GetElapsedTime(_claimed) >= subscription.ClaimAfter / 2)
        {
            foreach (var id in await _group.ClaimAsync(cancellationToken))
            {
                Lost(id);
            }

            _claimed = Time.GetTimestamp();
        }
    }

    /// <returns>Whether something is pending still.</returns>
    private async Task<bool> RetryAsync(CancellationToken cancellationToken)
    {
        var pending = await _group.PendingAsync(cancellationToken);
        _aside.Keep(pending.Select(static p => p.Id).ToHashSet(StringComparer.Ordinal));
        foreach (var (id, counted) in pending.Where(p => !_aside.IsWaiting(p.Id)).Take(MostRetries))
        {
            var tries = _aside.TriesOf(id) ?? counted;
            if (tries >= Tries)
            {
                await BuryAsync(id, tries, cancellationToken);
            }
            else if (!await TryAsync(id, known: null, tries, cancellationToken))
            {
                break;
            }
        }

        return pending.Count > 0;
    }

    private async Task BuryAsync(string id, int tries, CancellationToken cancellationToken)
    {
        if (await _group.TakeAsync(id, tries, cancellationToken) is not { } message)
        {
            await DropAsync(id, cancellationToken);
            return;
        }

        using var scope = ScopeOf(message);
        await _group.BuryAsync(message, tries, cancellationToken);
        _aside.Remove(id);
        logger.LogError("Message {Id} on {Stream} went to the dead letters after {Tries} tries", id, subscription.Stream, tries);
    }

    // Nobody can handle it any more, so nobody need be told of it again.
    private async Task DropAsync(string id, CancellationToken cancellationToken)
    {
        Lost(id);
        await _group.AcknowledgeAsync(id, cancellationToken);
    }

    private void Lost(string id)
    {
        logger.LogError("Message {Id} was trimmed off {Stream} before it was handled", id, subscription.Stream);
        _aside.Remove(id);
    }

    /// <returns>Whether the next one may be tried at once.</returns>
    private async Task<bool> TryAsync(string id, StreamMessage? known, int tries, CancellationToken cancellationToken)
    {
        await ReadyAsync(cancellationToken);

        // What has been read by then stays this one's own.
        await emergency.WhenOffAsync(cancellationToken);
        using var turn = await gate.EnterAsync(alone: tries > 0, cancellationToken);
        if (await BeginAsync(id, known, tries, cancellationToken) is not { } message)
        {
            await DropAsync(id, cancellationToken);
            return true;
        }

        using var scope = ScopeOf(message);
        using var activity = message.StartProcessing(subscription.Group);
        try
        {
            await HandleAsync(message, cancellationToken);

            // Until Redis has been told, the try must not count: it was none of the message's fault.
            _aside.Put(id, tries, isOwn: false, LongestPause);
            await _group.AcknowledgeAsync(id, cancellationToken);
        }
        catch (Exception exception) when (MessageFault.IsOwn(exception))
        {
            activity?.Fail(exception);
            logger.LogWarning("Message {Id} on {Stream} was not handled: {Reason}", id, subscription.Stream, exception.Message);
            _aside.Put(id, tries + 1, isOwn: true, LongestPause);
            return true;
        }
#pragma warning disable CA1031 // Whoever's fault it was: not the message's.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            var isDependencys = MessageFault.IsDependencys(exception);
            _aside.Put(id, tries, isOwn: false, isDependencys ? LongestPause : LongestPauseOfDefects);
            await TakeBackAsync(id, tries);
            cancellationToken.ThrowIfCancellationRequested();
            activity?.Fail(exception);
            if (isDependencys)
            {
                turn.Dispose();
                await PauseAsync(exception, cancellationToken);
                return false;
            }

            status.Set(subscription.Stream, isWell: false);
            logger.LogError(exception, "Message {Id} on {Stream} meets a defect and waits until that is mended", id, subscription.Stream);
            return true;
        }

        _aside.Remove(id);
        _backoff.Reset();
        return true;
    }

    /// <returns>The message, whose try is counted now; null when it is no more.</returns>
    private async Task<StreamMessage?> BeginAsync(string id, StreamMessage? known, int tries, CancellationToken cancellationToken)
    {
        try
        {
            if (known is null)
            {
                return await _group.TakeAsync(id, tries + 1, cancellationToken);
            }

            await _group.SetTriesAsync(id, tries + 1, cancellationToken);
            return known;
        }
        catch
        {
            // Redis may have counted it all the same; it was not tried.
            _aside.Put(id, tries, isOwn: false, LongestPause);
            throw;
        }
    }

    // The limit holds by itself, whatever does not react to cancellation.
    private async Task HandleAsync(StreamMessage message, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(LongestHandling);
        await handler.HandleAsync(message, limit.Token).WaitAsync(LongestHandling, Time, cancellationToken);
    }

    private async Task ReadyAsync(CancellationToken cancellationToken)
    {
        while (!_isReady)
        {
            try
            {
                await handler.ReadyAsync(cancellationToken);
                _isReady = true;
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                await PauseAsync(exception, cancellationToken);
            }
        }
    }

    // Where Redis cannot be told, this process knows it.
    private async Task TakeBackAsync(string id, int tries)
    {
        using var limit = new CancellationTokenSource(Farewell);
        try
        {
            await _group.SetTriesAsync(id, tries, limit.Token);
        }
        catch (Exception exception) when (MessageFault.IsDependencys(exception))
        {
            logger.LogDebug("The try of message {Id} on {Stream} is not taken back in Redis: {Reason}", id, subscription.Stream, exception.Message);
        }
    }

    private Task PauseAsync(Exception reason, CancellationToken cancellationToken)
    {
        _isReady = false;
        status.Set(subscription.Stream, isWell: false);
        if (!_backoff.InUse)
        {
            logger.LogWarning("Consuming {Stream} pauses: {Reason}", subscription.Stream, reason.Message);
        }

        return _backoff.WaitAsync(cancellationToken);
    }

    private IDisposable? ScopeOf(StreamMessage message) => message.RequestId() is { } id ? logger.BeginScope(new RequestIdScope(id)) : null;
}
