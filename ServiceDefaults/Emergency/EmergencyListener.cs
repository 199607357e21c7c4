using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;
using XoeNovAi.ServiceDefaults.Lifetime;
using XoeNovAi.ServiceDefaults.Redis;

namespace XoeNovAi.ServiceDefaults.Emergency;

/// <summary>
/// Hears of an emergency stop, and of its end, on both ways there are, the agent bus and the control channel, and keeps the last word
/// in <see cref="EmergencyRecord"/> for whoever starts later. A word that was said, and trimmed off the bus, while no service at all
/// was listening cannot be known.
/// </summary>
internal sealed class EmergencyListener(RedisClient redis, EmergencyStop emergency, TimeProvider time, ILogger<EmergencyListener> logger) : SupervisedService(time, logger)
{
    private const string Bus = "xnai:agent_bus";
    private const string Control = "agent-bus:control";
    private const string Type = "type";
    private const string TraceParent = "traceparent";

    private static readonly ActivitySource Source = new("XoeNovAi.ServiceDefaults.Emergency");
    private static readonly TimeSpan Block = TimeSpan.FromSeconds(5);

    // Tasks are on the bus as well, each as large as it may be.
    private const int Page = 50;

    private readonly EmergencyRecord _record = new(redis);
    private readonly Channel<(string Type, long Heard)> _unkept = Channel.CreateUnbounded<(string Type, long Heard)>();
    private readonly Lock _gate = new();
    private EmergencyWord? _last;

    protected override Task RunAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(redis.KeepSubscribedAsync(Control, HearChannel, Time, stoppingToken), KeepHeardAsync(stoppingToken), FollowBusAsync(stoppingToken));

    private async Task FollowBusAsync(CancellationToken cancellationToken)
    {
        // Disposing of the connection is what ends a read that blocks.
        await using var reader = redis.CreateBlocking(Block, Time);
        var backoff = new Backoff(Time);
        string? last = null;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                last ??= await CatchUpAsync(reader, cancellationToken);
                await CompareAsync(cancellationToken);
                emergency.SetLearned();
                var from = last;
                var answer = await reader.SendAsync(
                    database => database.ExecuteAsync(
                        "XREAD", "COUNT", Page.ToString(CultureInfo.InvariantCulture), "BLOCK", ((long)Block.TotalMilliseconds).ToString(CultureInfo.InvariantCulture), "STREAMS", Bus, from), cancellationToken);
                foreach (var (id, fields) in StreamReply.Entries(answer))
                {
                    if (EmergencyWord.Of(fields.GetValueOrDefault(Type), id) is { } word)
                    {
                        Hear(word.Type, fields.GetValueOrDefault(TraceParent), Bus, () => Take(word));
                        await _record.KeepAsync(word, cancellationToken);
                    }

                    last = id;
                }

                backoff.Reset();
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // Who stops listening would work through the next emergency.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                if (!backoff.InUse)
                {
                    logger.LogWarning("Listening to {Stream} pauses: {Reason}", Bus, exception.Message);
                }

                // What comes back may be another stream, with ids that begin anew.
                last = null;

                await backoff.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    // Who starts while the stack is stopped must not begin to work; and what was said while nobody listened is kept from now on.
    private async Task<string> CatchUpAsync(RedisClient reader, CancellationToken cancellationToken)
    {
        string? last = null;
        EmergencyWord? latest = null;
        StreamEntry[] page = [];
        do
        {
            RedisValue before = page.Length == 0 ? "+" : $"({page[^1].Id}";
            page = await reader.SendAsync(database => database.StreamRangeAsync(Bus, "-", before, Page, Order.Descending), cancellationToken);
            last ??= page.Length == 0 ? "0-0" : page[0].Id.ToString();
            latest = page.Select(static entry => EmergencyWord.Of(entry[Type], entry.Id)).FirstOrDefault(static word => word is not null);
        }
        while (latest is null && page.Length == Page);

        if ((latest is { } word ? await _record.KeepAsync(word, cancellationToken) : await _record.ReadAsync(cancellationToken)) is { } kept && Take(kept) && kept.IsStop)
        {
            logger.LogWarning("The stack is stopped: the last word is {Type}", kept.Type);
        }

        return last;
    }

    // A word of the channel may have been said while this service's connection was lost: another has kept it. And Redis may have come
    // back without what it kept: then this service knows it still.
    private async Task CompareAsync(CancellationToken cancellationToken)
    {
        var kept = await _record.ReadAsync(cancellationToken);
        if (kept is { } word && Take(word))
        {
            logger.LogWarning("{Type} by {Way}", word.Type, "another service");
        }
        else if (_last is { } known && known.IsAfter(kept))
        {
            await _record.KeepAsync(known, cancellationToken);
        }
    }

    // What the channel says has effect at once; it is kept as soon as Redis takes it.
    private async Task KeepHeardAsync(CancellationToken cancellationToken)
    {
        var backoff = new Backoff(Time);
        while (await _unkept.Reader.WaitToReadAsync(cancellationToken))
        {
            if (!_unkept.Reader.TryPeek(out var heard))
            {
                continue;
            }

            try
            {
                var kept = await _record.KeepAsync(heard.Type, Time.GetElapsedTime(heard.Heard), cancellationToken);
                _unkept.Reader.TryRead(out _);
                if (kept is { } word)
                {
                    Take(word);
                }

                backoff.Reset();
            }
#pragma warning disable CA1031 // It is kept later.
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                if (!backoff.InUse)
                {
                    logger.LogWarning("{Type} is not kept yet: {Reason}", heard.Type, exception.Message);
                }

                await backoff.WaitAsync(cancellationToken);
            }
        }
    }

    private void HearChannel(ReadOnlyMemory<byte> payload)
    {
        try
        {
            using var message = JsonDocument.Parse(payload);
            if (Text(message, Type) is { } type && EmergencyWord.IsWord(type))
            {
                _unkept.Writer.TryWrite((type, Time.GetTimestamp()));
                Hear(type, Text(message, TraceParent), Control, () => emergency.Set(type == EmergencyWord.Stop));
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The second is half of a surrogate pair, which shows when it is read.
            logger.LogWarning("A message on {Channel} is no JSON", Control);
        }
    }

    private static string? Text(JsonDocument message, string name) =>
        message.RootElement.ValueKind == JsonValueKind.Object && message.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private void Hear(string type, string? traceParent, string way, Func<bool> take)
    {
        ActivityContext.TryParse(traceParent, null, isRemote: true, out var parent);
        using var activity = Source.StartActivity($"{type} {way}", ActivityKind.Consumer, parent);
        if (take())
        {
            logger.LogWarning("{Type} by {Way}", type, way);
        }
    }

    /// <summary>Follows a word unless a newer one is known.</summary>
    /// <returns>Whether anything is new.</returns>
    private bool Take(EmergencyWord word)
    {
        lock (_gate)
        {
            if (!word.IsAfter(_last))
            {
                return false;
            }

            _last = word;
            return emergency.Set(word.IsStop);
        }
    }
}
