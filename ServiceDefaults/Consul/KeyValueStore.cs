using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Extensions.Logging;

namespace XoeNovAi.ServiceDefaults.Consul;

/// <summary>Consul's keys, pushed when they change.</summary>
public sealed class KeyValueStore
{
    private static readonly TimeSpan Wait = TimeSpan.FromMinutes(2);

    private readonly ConsulClient? _consul;
    private readonly TimeProvider _time;
    private readonly ILogger<KeyValueStore> _logger;

    internal KeyValueStore(ConsulClient? consul, TimeProvider time, ILogger<KeyValueStore> logger)
    {
        _consul = consul;
        _time = time;
        _logger = logger;
    }

    /// <summary>
    /// The value of a key: at once, and again at each change. While Consul is away nothing is yielded, so that the last value stays good.
    /// </summary>
    /// <param name="key">The key, e.g. <c>xnai/gateway/maintenance</c>.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <returns>
    /// The values, null while there is no such key; an enumeration that ends only by <paramref name="cancellationToken"/>, and at
    /// once when no Consul is configured.
    /// </returns>
    public async IAsyncEnumerable<string?> WatchAsync(string key, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (_consul is null)
        {
            yield break;
        }

        var backoff = new Backoff(_time);
        var first = true;
        string? known = null;
        var index = 0UL;
        while (!cancellationToken.IsCancellationRequested)
        {
            if (await TryGetAsync(_consul, key, index, backoff, cancellationToken) is not { } answer || answer.Index < index)
            {
                index = 0;
                continue;
            }

            index = Math.Max(answer.Index, 1);
            var value = answer.Value is null ? null : Encoding.UTF8.GetString(answer.Value);
            if (first || value != known)
            {
                first = false;
                known = value;
                yield return value;
            }
        }
    }

    private async Task<ConsulAnswer<byte[]?>?> TryGetAsync(ConsulClient consul, string key, ulong index, Backoff backoff, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await consul.GetKeyAsync(key, index, Wait, cancellationToken);
            backoff.Reset();
            return answer;
        }
        catch (ConsulException exception)
        {
            if (!backoff.InUse)
            {
                _logger.LogWarning("The last known value of {Key} stays in use: {Reason}", key, exception.Message);
            }

            await backoff.WaitAsync(cancellationToken);
            return null;
        }
    }
}
