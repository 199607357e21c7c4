using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;
using XoeNovAi.ServiceDefaults.Consul;
using XoeNovAi.ServiceDefaults.Redis;
using XoeNovAi.ServiceDefaults.Streams;

namespace XoeNovAi.ServiceDefaults.Emergency;

/// <summary>
/// Hears of an emergency stop, and of its end, on both ways there are: the agent bus, which keeps it for whoever starts later, and
/// the control channel, which is there when the bus is not read.
/// </summary>
internal sealed class EmergencyListener(RedisClient redis, EmergencyStop emergency, TimeProvider time, ILogger<EmergencyListener> logger) : BackgroundService
{
    private const string Bus = "xnai:agent_bus";
    private const string Channel = "agent-bus:control";
    private const string Type = "type";
    private const string Stop = "emergency_stop";
    private const string Resume = "emergency_resume";

    private static readonly TimeSpan Block = TimeSpan.FromSeconds(5);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(redis.KeepSubscribedAsync(Channel, HearChannel, time, stoppingToken), FollowBusAsync(stoppingToken));

    private async Task FollowBusAsync(CancellationToken cancellationToken)
    {
        // Disposing of the connection is what ends a read that blocks.
        await using var reader = redis.CreateBlocking(Block);
        var backoff = new Backoff(time);
        string? last = null;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                last ??= await CatchUpAsync(cancellationToken);
                var connection = await reader.ConnectAsync(cancellationToken);
                var answer = await connection.GetDatabase()
                    .ExecuteAsync("XREAD", "BLOCK", ((long)Block.TotalMilliseconds).ToString(System.Globalization.CultureInfo.InvariantCulture), "STREAMS", Bus, last)
                    .WaitAsync(cancellationToken);
                foreach (var (id, fields) in StreamReply.Entries(answer))
                {
                    last = id;
                    Hear(fields.GetValueOrDefault(Type), fields.GetValueOrDefault(StreamTelemetry.TraceParent), Bus);
                }

                backoff.Reset();
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) when (exception is RedisException or TimeoutException or ObjectDisposedException)
            {
                if (!backoff.InUse)
                {
                    logger.LogWarning("Listening to {Stream} pauses: {Reason}", Bus, exception.Message);
                }

                await backoff.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    // Who starts while the stack is stopped must not begin to work.
    private async Task<string> CatchUpAsync(CancellationToken cancellationToken)
    {
        var kept = await redis.ExecuteAsync("XRANGE", static database => database.StreamRangeAsync(Bus), cancellationToken);
        var latest = kept.Select(static entry => entry[Type].ToString()).LastOrDefault(static type => type is Stop or Resume);
        if (emergency.Set(latest == Stop) && latest == Stop)
        {
            logger.LogWarning("The stack is stopped: the last word on {Stream} is {Type}", Bus, Stop);
        }

        return kept.Length == 0 ? "0-0" : kept[^1].Id.ToString();
    }

    private void HearChannel(ReadOnlyMemory<byte> payload)
    {
        try
        {
            using var message = JsonDocument.Parse(payload);
            Hear(Text(message, Type), Text(message, StreamTelemetry.TraceParent), Channel);
        }
        catch (JsonException)
        {
            logger.LogWarning("A message on {Channel} is no JSON", Channel);
        }
    }

    private static string? Text(JsonDocument message, string name) =>
        message.RootElement.ValueKind == JsonValueKind.Object && message.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private void Hear(string? type, string? traceParent, string way)
    {
        if (type is not (Stop or Resume))
        {
            return;
        }

        ActivityContext.TryParse(traceParent, null, isRemote: true, out var parent);
        using var activity = StreamTelemetry.Source.StartActivity($"{type} {way}", ActivityKind.Consumer, parent);
        if (emergency.Set(type == Stop))
        {
            logger.LogWarning("{Type} by {Way}", type, way);
        }
    }
}
