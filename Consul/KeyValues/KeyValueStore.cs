using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Extensions.Logging;
using XoeNovAi.Consul.Client;

namespace XoeNovAi.Consul.KeyValues;

/// <summary>Consul's keys, pushed when they change.</summary>
public sealed class KeyValueStore
{
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

        var query = new BlockingQuery<byte[]?>(
            (options, token) => _consul.Keys.GetAsync(key, options, token),
            _time,
            exception => _logger.LogWarning("The last known value of {Key} stays in use: {Reason}", key, exception.Message));
        var first = true;
        string? known = null;
        while (!cancellationToken.IsCancellationRequested)
        {
            var (bytes, _) = await query.NextAsync(BlockingQuery<byte[]?>.Wait, cancellationToken);
            var value = bytes is null ? null : Encoding.UTF8.GetString(bytes);
            if (first || value != known)
            {
                first = false;
                known = value;
                yield return value;
            }
        }
    }
}
