using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using XoeNovAi.IntegrationTests.Harness.Faults;

namespace XoeNovAi.IntegrationTests.Resilience;

/// <summary>Something hangs: its connections stand, and it answers none of them.</summary>
[TestClass]
public sealed class HangTests : StackTest
{
    private const string Health = "/xnai/api/v1/health";
    private static readonly TimeSpan Frozen = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    // The contract says 200 ms. What comes through one of these has two processors with everybody else's work on them.
    private static readonly TimeSpan HealthLimit = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan WorstHealth = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private static readonly (string Resource, string Path)[] Checked =
        [("rag-1", Health), ("rag-2", Health), ("memory-bank", "/health"), ("curation-worker", "/health"), ("oikos", "/health"), ("gateway", "/health")];

    protected override IReadOnlyList<string> Touches => ["rag-1", "rag-2", "gateway", "consul", "postgres", "redis"];

    /// <param name="resource">What hangs.</param>
    /// <param name="tier">The tier of rag meanwhile.</param>
    /// <param name="query">What the slowest query may take: who hangs is found out first.</param>
    [TestMethod]
    [Scenario("FLT-04")]
    [DataRow("postgres", 2, 3, ArgumentsDisplayName = "PostgreSQL hangs")]
    [DataRow("redis", 2, 3, ArgumentsDisplayName = "Redis hangs")]
    [DataRow("qdrant", 2, 3, ArgumentsDisplayName = "Qdrant hangs")]
    [DataRow("consul", 1, 3, ArgumentsDisplayName = "Consul hangs")]
    public async Task Who_depends_on_what_hangs_is_found_answers_and_is_itself_again(string resource, int tier, int query)
    {
        await Stack.ReadyAsync(Cancel);
        var health = new List<(string Resource, TimeSpan Took, string Seen)>();
        var queries = new List<(TimeSpan Took, string Seen)>();
        var gone = new List<string>();
        await using (await Freeze.StartAsync(Stack, resource, Cancel))
        {
            using var over = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
            var asking = Checked.Select(one => CheckAsync(one.Resource, one.Path, health, over.Token)).ToList();
            var watching = resource == "consul" ? Task.CompletedTask : WatchAsync(gone, over.Token);
            using var timer = new PeriodicTimer(Pause);
            var began = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(began) < Frozen && await timer.WaitForNextTickAsync(Cancel))
            {
                var started = Stopwatch.GetTimestamp();
                using var response = await Stack.Gateway.PostAsJsonAsync("/xnai/api/v1/query", new { query = $"Hanging {Guid.NewGuid()}" }, Cancel);
                queries.Add((Stopwatch.GetElapsedTime(started), $"{(int)response.StatusCode}{(response.StatusCode == HttpStatusCode.OK ? string.Empty : await response.Content.ReadAsStringAsync(Cancel))}"));
            }

            await over.CancelAsync();
            await Task.WhenAll([.. asking, watching]);
        }

        await Stack.ReadyAsync(Cancel);
        await PoolIsWholeAsync();

        TestContext.WriteLine($"Queries: {new Distribution([.. queries.Select(static q => q.Took)])}");
        foreach (var one in health.GroupBy(static h => h.Resource))
        {
            TestContext.WriteLine($"Health of {one.Key}: {new Distribution([.. one.Select(static h => h.Took)])}");
        }

        Assert.IsEmpty(gone, $"Consul has dropped somebody: {string.Join("; ", gone)}");
        Assert.IsEmpty(queries.Where(static q => q.Seen != "200").ToList(), string.Join(", ", queries));
        Assert.IsLessThan(query * 1000.0, new Distribution([.. queries.Select(static q => q.Took)]).Percentile(1), string.Join(", ", queries));
        var unhealthy = health.Where(static h => !h.Seen.StartsWith("200", StringComparison.Ordinal)).ToList();
        Assert.IsEmpty(unhealthy, string.Join(", ", unhealthy));
        foreach (var one in health.GroupBy(static h => h.Resource))
        {
            var times = new Distribution([.. one.Select(static h => h.Took)]);
            Assert.IsLessThan(HealthLimit.TotalMilliseconds, times.Percentile(0.9), $"{one.Key}: {times}");
            Assert.IsLessThan(WorstHealth.TotalMilliseconds, times.Percentile(1), $"{one.Key}: {times}");
        }

        // It takes a second to find out; at the end it is known.
        Assert.Contains($"\"degradation_tier\":{tier},", health.Last(static h => h.Resource == "rag-1").Seen);
    }

    private static async Task CheckAsync(string resource, string path, List<(string Resource, TimeSpan Took, string Seen)> seen, CancellationToken cancellationToken)
    {
        using var client = Stack.CreateClient(resource);
        using var timer = new PeriodicTimer(Pause);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                var started = Stopwatch.GetTimestamp();
                using var response = await client.GetAsync(path, CancellationToken.None);
                var body = await response.Content.ReadAsStringAsync(CancellationToken.None);
                lock (seen)
                {
                    seen.Add((resource, Stopwatch.GetElapsedTime(started), $"{(int)response.StatusCode} {body}"));
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Enough was seen.
        }
    }

    // Whoever is not passing at any look, by way of Consul's own checks.
    private static async Task WatchAsync(List<string> gone, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Pause);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                foreach (var service in (string[])["rag", "memory-bank", "oikos", "curation-worker", "gateway"])
                {
                    var entries = await Stack.Consul.InstancesAsync(service, CancellationToken.None);
                    gone.AddRange(entries.Where(static e => !e.IsPassing).Select(static e => $"{TimeProvider.System.GetUtcNow():HH:mm:ss.fff} {e.Service.Id} {string.Join(' ', e.Checks.Select(static c => $"{c.Status} {c.Output}"))}"));
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Enough was seen.
        }
    }

    // Nobody's connections hang after the thaw: more than the pool holds are answered at once, and the rows are there.
    private async Task PoolIsWholeAsync()
    {
        var marker = Guid.NewGuid().ToString("N");
        using var rag = Stack.CreateClient("rag-1");
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => rag.PostAsJsonAsync("/xnai/api/v1/query", new { query = $"{marker} {i}" }, Cancel)));
        foreach (var answer in answers)
        {
            Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode);
            answer.Dispose();
        }

        await Eventually.HoldsAsync("every query after it is in PostgreSQL", Limit, async token => (long)(await Stack.ScalarAsync("SELECT count(*) FROM audit_log WHERE query LIKE $1 || '%'", token, marker))!, static rows => rows == 20, static rows => $"{rows} rows", Cancel);
    }
}
