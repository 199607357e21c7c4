using System.Diagnostics;
using XoeNovAi.IntegrationTests.Harness.Consul;

namespace XoeNovAi.IntegrationTests.Discovery;

/// <summary>
/// Instances of a service of the tests' own, registered as the stack's are, that were killed; and what Consul makes of it. Its reaper takes
/// its time, in which others can do something else.
/// </summary>
internal sealed class KilledInstances : IAsyncDisposable
{
    public const string Service = "killed";

    private const int Count = 5;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    // No less is allowed by Consul, and its reaper looks every half minute.
    private static readonly TimeSpan ReapLimit = TimeSpan.FromMinutes(2.5);

    private readonly Stack _stack;
    private readonly CancellationTokenSource _end = new(ReapLimit);
    private readonly List<ExtraInstance> _instances = [];
    private readonly Dictionary<string, DateTimeOffset> _killed = [];
    private readonly Dictionary<string, DateTimeOffset> _critical = [];
    private readonly TaskCompletionSource _allCritical = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ConsulLease? _token;

    private KilledInstances(Stack stack) => _stack = stack;

    /// <summary>How often the instances are checked.</summary>
    public TimeSpan Interval => TimeSpan.Parse(_instances[0].Settings["Discovery__CheckInterval"], System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>How long after its end each was critical.</summary>
    public Task<Distribution> Critical { get; private set; } = Task.FromResult(new Distribution([]));

    /// <summary>How long after that each was gone.</summary>
    public Task<Distribution> Reaped { get; private set; } = Task.FromResult(new Distribution([]));

    /// <summary>Starts them, waits until all pass, and kills them.</summary>
    public static async Task<KilledInstances> StartAsync(Stack stack, CancellationToken cancellationToken)
    {
        var killed = new KilledInstances(stack);
        try
        {
            (var token, killed._token) = await stack.Consul.AddTokenAsync(Service, cancellationToken);
            for (var instance = 1; instance <= Count; instance++)
            {
                killed._instances.Add(await ExtraInstance.StartAsync(
                    stack,
                    "vikunja",
                    new Dictionary<string, string> { ["Discovery__Service"] = Service, ["Discovery__Instance"] = $"{instance}", ["CONSUL_HTTP_TOKEN"] = token },
                    cancellationToken));
            }

            await stack.Consul.WaitForAsync("those to be killed pass", Service, static e => e.Count == Count && e.All(static i => i.IsPassing), StartLimit, cancellationToken);

            // It begins before, so that nothing is missed.
            killed.Reaped = killed.WatchAsync();
            foreach (var instance in killed._instances)
            {
                (killed._killed[instance.ServiceId], _) = await instance.SignalAsync("KILL", cancellationToken);
            }

            killed.Critical = killed.CriticalAsync();
            return killed;
        }
        catch
        {
            await killed.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Reaped.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        foreach (var instance in _instances)
        {
            await instance.DisposeAsync();
        }

        foreach (var left in await _stack.Consul.InstancesAsync(Service, CancellationToken.None))
        {
            await _stack.Consul.DeregisterAsync(left.Service.Id, CancellationToken.None);
        }

        if (_token is { } token)
        {
            await token.DisposeAsync();
        }

        _end.Dispose();
    }

    private async Task<Distribution> CriticalAsync()
    {
        await _allCritical.Task.WaitAsync(_end.Token);
        return new(_critical.Select(c => c.Value - _killed[c.Key]));
    }

    private async Task<Distribution> WatchAsync()
    {
        var reaped = new Dictionary<string, DateTimeOffset>();
        try
        {
            await foreach (var entries in _stack.Consul.WatchAsync(Service, _end.Token))
            {
                var now = TimeProvider.System.GetUtcNow();
                foreach (var entry in entries.Where(static e => e.Checks.Any(static c => c.Status == "critical")))
                {
                    _critical.TryAdd(entry.Service.Id, now);
                }

                if (_critical.Count == Count)
                {
                    _allCritical.TrySetResult();
                }

                var there = entries.Select(static e => e.Service.Id).ToHashSet();
                foreach (var id in _critical.Keys.Where(id => !there.Contains(id)))
                {
                    reaped.TryAdd(id, now);
                }

                if (reaped.Count == Count)
                {
                    return new(reaped.Select(r => r.Value - _critical[r.Key]));
                }
            }
        }
        catch (OperationCanceledException)
        {
            throw new AssertFailedException($"Of {Count} that were killed {_critical.Count} were critical and {reaped.Count} reaped when time was over.");
        }

        throw new UnreachableException();
    }
}
