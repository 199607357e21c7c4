using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using XoeNovAi.Consul.Leadership;

namespace XoeNovAi.Consul.Tests.Leadership;

/// <summary>One who wants to lead, and says when it does.</summary>
internal sealed class Candidate : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _standing;

    private Candidate(LeaderElection election, string name, ConcurrentQueue<string> events)
    {
        Election = election;
        _standing = election.RunAsync(
            async token =>
            {
                events.Enqueue($"{name} leads");
                await Task.Delay(Timeout.Infinite, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                events.Enqueue($"{name} ends");
            },
            _stop.Token);
    }

    public LeaderElection Election { get; }

    public static Candidate Start(ConsulClient consul, string key, string name, ConcurrentQueue<string> events, TimeSpan? lockDelay = null) =>
        new(new(consul, new(key, name) { LockDelay = lockDelay ?? TimeSpan.FromSeconds(1) }, TimeProvider.System, NullLogger<LeaderElection>.Instance), name, events);

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _standing;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }
}
