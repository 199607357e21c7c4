using System.Diagnostics;
using System.Net;
using StackExchange.Redis;

namespace XoeNovAi.ServiceDefaults.Redis;

/// <summary>
/// Redis, connected in the background and again after each loss. Every command is a span; while Redis is away commands fail at
/// once with <see cref="RedisConnectionException"/>. Behind Sentinels it is whichever server leads.
/// </summary>
public sealed class RedisClient : IAsyncDisposable
{
    internal const string ActivitySourceName = "XoeNovAi.ServiceDefaults.Redis";

    private static readonly ActivitySource Source = new(ActivitySourceName);
    private static readonly TimeSpan SubscribePause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WriteCheckLifetime = TimeSpan.FromMinutes(1);

    private readonly ConfigurationOptions _options;
    private readonly Lock _gate = new();
    private readonly string? _host;
    private readonly int? _port;
    private readonly TimeProvider _time;
    private readonly TimeSpan _longest;
    private readonly RedisClient? _confirming;
    private readonly ConfirmedWrites? _confirmed;
    private Task<ConnectionMultiplexer>? _connection;

    internal RedisClient(ConfigurationOptions options, int replicas, TimeProvider time)
    {
        _options = options;
        _time = time;
        _longest = 2 * TimeSpan.FromMilliseconds(options.AsyncTimeout);
        (_host, _port) = options.EndPoints[0] switch
        {
            // Sentinels are not who is asked in the end.
            _ when options.ServiceName is not null => (null, null),
            DnsEndPoint name => (name.Host, name.Port),
            IPEndPoint address => (address.Address.ToString(), address.Port),
            var other => ((string?)other.ToString(), (int?)null),
        };
        if (replicas > 0)
        {
            _confirming = Another("confirming", static _ => { }, time);
            _confirmed = new(_confirming, replicas, time);
        }
    }

    /// <summary>Whether a connection stands.</summary>
    public bool IsConnected => Volatile.Read(ref _connection) is { IsCompletedSuccessfully: true, Result.IsConnected: true };

    /// <summary>Sends a command.</summary>
    /// <typeparam name="T">What it answers.</typeparam>
    /// <param name="operation">The name of the command in Redis, e.g. <c>GET</c>; it names the span.</param>
    /// <param name="command">The call that sends it.</param>
    /// <param name="cancellationToken">Ends the wait for the answer; the command may have been carried out all the same.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="RedisException">Redis is away, too slow, or refuses the command.</exception>
    public async Task<T> ExecuteAsync<T>(string operation, Func<IDatabase, Task<T>> command, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(command);
        return await TraceAsync(operation, () => SendAsync(command, cancellationToken));
    }

    /// <summary>Sends what nobody has asked for, such as a consumer's reads: no span of its own.</summary>
    /// <exception cref="RedisException">Redis is away, or refuses the command.</exception>
    /// <exception cref="TimeoutException">No answer came in time.</exception>
    internal async Task<T> SendAsync<T>(Func<IDatabase, Task<T>> command, CancellationToken cancellationToken)
    {
        var connection = await InTimeAsync(ConnectAsync(cancellationToken), cancellationToken);
        return await InTimeAsync(command(connection.GetDatabase()), cancellationToken);
    }

    /// <summary>An answer, or its end in time: the library gives up by itself, and should it ever not, nobody waits for it without end.</summary>
    internal Task<T> InTimeAsync<T>(Task<T> answer, CancellationToken cancellationToken) => answer.WaitAsync(_longest, _time, cancellationToken);

    /// <summary>Sends a write that counts only when the replicas that are wanted have it too (<c>Redis:Replicas</c>); where none are, that is the same as <see cref="ExecuteAsync"/>.</summary>
    /// <typeparam name="T">What it answers.</typeparam>
    /// <param name="operation">The name of the command in Redis; it names the span.</param>
    /// <param name="command">The call that sends it.</param>
    /// <param name="cancellationToken">Ends the wait for the answer; the command may have been carried out all the same.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="UnconfirmedWriteException">Redis may have carried it out, but replicas do not say that they have it.</exception>
    /// <exception cref="RedisException">Redis is away, too slow, or refuses the command.</exception>
    public async Task<T> ExecuteConfirmedAsync<T>(string operation, Func<IDatabaseAsync, Task<T>> command, CancellationToken cancellationToken)
        => _confirmed is { } confirmed
            ? await TraceAsync(operation, () => confirmed.ExecuteAsync(command, cancellationToken))
            : await ExecuteAsync(operation, command, cancellationToken);

    /// <summary>Writes a little that soon expires: a Redis that is full, read-only, cannot save or has lost its replica answers, and takes no writes.</summary>
    /// <param name="cancellationToken">Ends the wait for the answer.</param>
    /// <returns>A task that completes when Redis has taken it, and its replicas where that is wanted.</returns>
    /// <exception cref="RedisException">Redis is away, too slow, or refuses.</exception>
    public async Task CheckWriteAsync(CancellationToken cancellationToken) =>
        await ExecuteConfirmedAsync("SET", database => database.StringSetAsync($"xnai:write-check:{_options.ClientName}", 1, WriteCheckLifetime), cancellationToken);

    /// <summary>Has what is published on a channel handled, one message after the other, from now on and after each loss of the connection.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="handle">What is done with a message. It must not block.</param>
    /// <param name="cancellationToken">Ends the wait for the connection.</param>
    /// <returns>A task that completes when the subscription stands.</returns>
    /// <exception cref="RedisException">Redis is away.</exception>
    public async Task SubscribeAsync(string channel, Action<ReadOnlyMemory<byte>> handle, CancellationToken cancellationToken)
    {
        var connection = await ConnectAsync(cancellationToken);
        var subscriber = connection.GetSubscriber();
        try
        {
            var queue = await subscriber.SubscribeAsync(RedisChannel.Literal(channel)).WaitAsync(cancellationToken);
            queue.OnMessage(message => handle((byte[])message.Message!));
        }
        catch
        {
            // The library keeps the queue of a subscription that has failed, and would fill it for nobody once there is a connection.
            await subscriber.UnsubscribeAsync(RedisChannel.Literal(channel)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    /// <summary>The same, and tries again for as long as Redis is away.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="handle">What is done with a message. It must not block.</param>
    /// <param name="time">The clock of the pauses.</param>
    /// <param name="cancellationToken">Ends the attempts.</param>
    /// <returns>A task that completes when the subscription stands.</returns>
    public async Task KeepSubscribedAsync(string channel, Action<ReadOnlyMemory<byte>> handle, TimeProvider time, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await SubscribeAsync(channel, handle, cancellationToken);
                return;
            }
#pragma warning disable CA1031 // Whatever it was, nothing is heard until it is tried again.
            catch (Exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                await Task.Delay(SubscribePause, time, cancellationToken);
            }
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_confirming is { } confirming)
        {
            await confirming.DisposeAsync();
        }

        if (Volatile.Read(ref _connection) is { IsCompletedSuccessfully: true, Result: var connection })
        {
            // Nobody waits for an answer any more, and a read that blocks would be waited for.
            await connection.CloseAsync(allowCommandsToComplete: false);
            await connection.DisposeAsync();
        }
    }

    internal Task<ConnectionMultiplexer> ConnectAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            // It connects again by itself; only one that could not even begin to is made anew.
            _connection = _connection is { IsFaulted: false } made ? made : ConnectionMultiplexer.ConnectAsync(_options);
            return _connection.WaitAsync(cancellationToken);
        }
    }

    /// <summary>A connection of its own for commands that block, which would hold up everybody else's.</summary>
    internal RedisClient CreateBlocking(TimeSpan longest, TimeProvider time) => Another(
        "blocking",
        options =>
        {
            // Raw answers have another shape in RESP3.
            options.Protocol = RedisProtocol.Resp2;
            options.AsyncTimeout = (int)longest.TotalMilliseconds + options.AsyncTimeout;
        },
        time);

    private RedisClient Another(string purpose, Action<ConfigurationOptions> change, TimeProvider time)
    {
        var options = _options.Clone();
        options.ClientName = $"{options.ClientName}-{purpose}";
        change(options);
        return new RedisClient(options, replicas: 0, time);
    }

    private async Task<T> TraceAsync<T>(string operation, Func<Task<T>> send)
    {
        using var activity = Source.StartActivity(operation, ActivityKind.Client);
        activity?.SetTag("db.system.name", "redis")
            .SetTag("db.operation.name", operation)
            .SetTag("db.namespace", "0")
            .SetTag("server.address", _host)
            .SetTag("server.port", _port);
        try
        {
            return await send();
        }
        catch (Exception exception)
        {
            activity?.SetTag("error.type", exception.GetType().FullName)
                .AddException(exception)
                .SetStatus(ActivityStatusCode.Error, exception.Message);
            throw;
        }
    }
}
