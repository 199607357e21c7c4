using System.Collections.Concurrent;
using System.Diagnostics;
using XoeNovAi.Consul.Registration;
using XoeNovAi.IntegrationTests.Harness.Consul;

namespace XoeNovAi.IntegrationTests.Discovery;

/// <summary>Many instances of many services, those who watch them, and somebody who asks all the time.</summary>
/// <param name="consul">Where they are.</param>
/// <param name="check">What some of them are checked at.</param>
internal sealed class Crowd(ConsulApi consul, string check)
{
    private const int Services = 50;
    private const int Writers = 4;
    private const int CheckedOneOf = 100;
    private const double QueriesPerSecond = 20;
    private readonly ConcurrentDictionary<string, long> _registered = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<TimeSpan> _writes = new();
    private readonly ConcurrentQueue<TimeSpan> _queries = new();
    private readonly ConcurrentQueue<TimeSpan> _propagations = new();
    private readonly ConcurrentQueue<string> _notPassing = new();

    /// <summary>What was seen that did not pass, which nothing ever should.</summary>
    public IReadOnlyCollection<string> NotPassing => _notPassing;

    public static string ServiceOf(int number) => $"crowd-{number % Services}";

    /// <summary>Registers instances up to a number.</summary>
    public Task RegisterAsync(int from, int to, CancellationToken cancellationToken) => Parallel.ForEachAsync(Enumerable.Range(from, to - from), Options(cancellationToken), async (number, token) =>
    {
        var id = $"{ServiceOf(number)}-{number}";
        List<ServiceCheck> checks = [ServiceCheck.ByTimeToLive($"ttl:{id}", TimeSpan.FromHours(1)).PassingAtFirst()];
        if (number % CheckedOneOf == 0)
        {
            checks.Add(ServiceCheck.ByHttp($"http:{id}", new(check), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)).PassingAtFirst());
        }

        var started = _registered[id] = Stopwatch.GetTimestamp();
        await consul.RegisterAsync(new ServiceRegistration { Id = id, Name = ServiceOf(number), Address = "10.0.0.1", Port = 1 + number, Checks = checks }, token);
        _writes.Enqueue(Stopwatch.GetElapsedTime(started));
    });

    /// <summary>Takes all out again.</summary>
    public Task DeregisterAsync(CancellationToken cancellationToken) => Parallel.ForEachAsync(_registered.Keys, Options(cancellationToken), async (id, token) => await consul.DeregisterAsync(id, token));

    /// <summary>Follows one service; <paramref name="seen"/> is what it sees.</summary>
    public async Task WatchAsync(int number, Watched seen, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var entries in consul.WatchAsync(ServiceOf(number), cancellationToken))
            {
                var now = Stopwatch.GetTimestamp();
                var ids = entries.Select(static e => e.Service.Id).ToHashSet(StringComparer.Ordinal);
                foreach (var id in ids.Except(seen.Ids))
                {
                    _propagations.Enqueue(Stopwatch.GetElapsedTime(_registered[id], now));
                }

                foreach (var entry in entries.Where(static e => !e.IsPassing))
                {
                    _notPassing.Enqueue($"{entry.Service.Id}: {string.Join(", ", entry.Checks.Where(static c => c.Status != "passing").Select(static c => $"{c.Id} {c.Status} {c.Output}"))}");
                }

                seen.Ids = ids;
            }
        }
        catch (OperationCanceledException)
        {
            // Enough was seen.
        }
    }

    /// <summary>Asks for one service after the other, each at its time.</summary>
    public async Task AskAsync(CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        var asked = new List<Task>();
        for (var number = 0; ; number++)
        {
            var due = TimeSpan.FromSeconds(number / QueriesPerSecond);
            if (due - Stopwatch.GetElapsedTime(began) is { Ticks: > 0 } early)
            {
                await Task.Delay(early, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            if (cancellationToken.IsCancellationRequested)
            {
                break;
            }

            asked.Add(AskOnceAsync(number, due));
        }

        await Task.WhenAll(asked);

        async Task AskOnceAsync(int number, TimeSpan due)
        {
            // A timer may be early by a moment.
            var from = Stopwatch.GetElapsedTime(began) is var now && now < due ? now : due;
            await consul.PassingAsync(ServiceOf(number), CancellationToken.None);
            _queries.Enqueue(Stopwatch.GetElapsedTime(began) - from);
        }
    }

    /// <summary>What was measured since this was asked last.</summary>
    public (Distribution Writes, Distribution Propagations, Distribution Queries) Take() => (Take(_writes), Take(_propagations), Take(_queries));

    private static ParallelOptions Options(CancellationToken cancellationToken) => new() { MaxDegreeOfParallelism = Writers, CancellationToken = cancellationToken };

    private static Distribution Take(ConcurrentQueue<TimeSpan> from)
    {
        var taken = new List<TimeSpan>();
        while (from.TryDequeue(out var one))
        {
            taken.Add(one);
        }

        return new(taken);
    }

    /// <summary>What one who watches has seen last.</summary>
    internal sealed class Watched
    {
        private volatile HashSet<string> _ids = [];

        public HashSet<string> Ids
        {
            get => _ids;
            set => _ids = value;
        }
    }
}
