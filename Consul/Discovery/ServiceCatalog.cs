using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using XoeNovAi.Consul.Client;

namespace XoeNovAi.Consul.Discovery;

/// <summary>Where the services of the stack are now, pushed by Consul.</summary>
public sealed class ServiceCatalog
{
    // Long enough for every service to notice that Consul is back and to register again.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);

    private readonly ConsulClient? _consul;
    private readonly string? _view;
    private readonly TimeProvider _time;
    private readonly ILogger<ServiceCatalog> _logger;

    internal ServiceCatalog(ConsulClient? consul, string? view, TimeProvider time, ILogger<ServiceCatalog> logger)
    {
        _consul = consul;
        _view = view;
        _time = time;
        _logger = logger;
    }

    /// <summary>
    /// The instances of a service whose checks pass: at once, and again at each change. While Consul is away nothing is yielded, so
    /// that the last answer stays good; after Consul has been away or has forgotten its state, instances it no longer knows
    /// are kept for ten seconds, in which they register again. What is registered but cannot be called is left out, with a line in
    /// the log: every instance given has an id of its own, without regard to case, an address and a port.
    /// </summary>
    /// <param name="service">The name of the service.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <returns>An enumeration that ends only by <paramref name="cancellationToken"/>, and at once when no Consul is configured.</returns>
    public async IAsyncEnumerable<IReadOnlyList<ServiceInstance>> WatchAsync(
        string service,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (_consul is null)
        {
            yield break;
        }

        var reader = new InstanceReader(service, _view, _logger);
        var query = new BlockingQuery<IReadOnlyList<JsonElement>>(
            (options, token) => _consul.Health.PassingAsync(service, options, token),
            _time,
            exception => _logger.LogWarning("The last known instances of {Service} stay in use: {Reason}", service, exception.Message));
        var known = Array.Empty<ServiceInstance>();
        DateTimeOffset? graceEnds = null;
        var first = true;
        while (!cancellationToken.IsCancellationRequested)
        {
            var wait = graceEnds is { } end ? Shorter(BlockingQuery<IReadOnlyList<JsonElement>>.Wait, end - _time.GetUtcNow()) : BlockingQuery<IReadOnlyList<JsonElement>>.Wait;
            var (elements, isAnew) = await query.NextAsync(wait, cancellationToken);
            if (isAnew)
            {
                graceEnds = known.Length > 0 ? _time.GetUtcNow() + Grace : null;
            }

            var now = reader.Read(elements, known);
            if (graceEnds is { } deadline)
            {
                var there = now.Select(static instance => instance.Id).ToHashSet(StringComparer.OrdinalIgnoreCase);
                var missing = known.Where(instance => !there.Contains(instance.Id)).ToArray();
                if (missing.Length == 0 || deadline <= _time.GetUtcNow())
                {
                    graceEnds = null;
                }
                else
                {
                    now = [.. now, .. missing];
                }
            }

            if (first || !now.SequenceEqual(known))
            {
                first = false;
                known = now;
                yield return now;
            }
        }
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => other < one ? (other > ShortestWait ? other : ShortestWait) : one;
}
