using System.Collections.Concurrent;
using XoeNovAi.IntegrationTests.Harness.Faults;
using XoeNovAi.IntegrationTests.Harness.Traffic;
using XoeNovAi.IntegrationTests.Isolation;

namespace XoeNovAi.IntegrationTests.Resilience;

/// <summary>Consul answers late or in pieces, and names are not answered or wrong: requests are answered all the same, and changes followed.</summary>
[TestClass]
public sealed class DiscoveryFaultTests : StackTest
{
    private const int ConsulPort = 8500;
    private const int Around = 60;
    private const int Changes = 4;
    private static readonly string[] Observed = ["rag", "oikos", "mkdocs", "gateway"];
    private static readonly string[] Callers = ["gateway", "rag-1", "rag-2", "memory-bank", "curation-worker", "oikos"];
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(40);

    protected override IReadOnlyList<string> Touches => ["consul", "gateway", "rag-1"];

    /// <summary>Late as Consul is when it gets no processor, and as on a line that loses one packet of five.</summary>
    [TestMethod]
    [Scenario("CHAOS-06")]
    [DataRow("late")]
    [DataRow("lossy")]
    public async Task While_Consul_is_slow_nobody_is_called_sick_and_changes_are_followed(string how)
    {
        await Stack.ReadyAsync(Cancel);
        using var kinds = new GatewayTraffic(Stack);
        await using var traffic = OpenTraffic.Start(Cancel, kinds.Get(10), kinds.Get(5, "/docs/who"), kinds.Post(3, hasKey: false), kinds.Search(2));
        await traffic.AnsweredAsync(Around, Limit, Cancel);
        var sick = new ConcurrentQueue<string>();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var watching = Task.WhenAll(Observed.Select(service => WatchAsync(service, sick, over.Token)));
        var consul = await Stack.ProcessIdOfAsync("consul", Cancel);
        if (how == "late")
        {
            // Half of the time it stands.
            var standing = Stack.Podman.TryRunAsync(["unshare", "sh", "-c", $"trap 'kill -CONT {consul}' EXIT; for i in $(seq 12); do kill -STOP {consul}; sleep 0.3; kill -CONT {consul}; sleep 0.3; done"], Cancel);
            await FollowedAsync();
            await standing;
        }
        else
        {
            // The test itself has to see all that happens meanwhile.
            await using (await PacketFault.LoseAsync(Stack, consul, ConsulPort, 5, Callers, Cancel))
            {
                await FollowedAsync();
            }
        }

        await AnsweredAsync(traffic);
        await over.CancelAsync();
        await watching;
        Assert.IsEmpty(sick, string.Join("; ", sick));
    }

    /// <summary>
    /// Consul, PostgreSQL, Redis and Qdrant are found by name, whenever somebody connects to them; instances of services are not. So who is
    /// connected goes on, and who has to connect again cannot, until names are right again.
    /// </summary>
    [TestMethod]
    [Scenario("CHAOS-06")]
    [DataRow("unanswered")]
    [DataRow("wrong")]
    public async Task While_names_are_of_no_use_the_last_known_instances_are_and_afterwards_changes_are_followed(string how)
    {
        string[] callers = ["gateway", "rag-1"];
        await Stack.ReadyAsync(Cancel);
        using var kinds = new GatewayTraffic(Stack);
        await using var traffic = OpenTraffic.Start(Cancel, kinds.Get(10), kinds.Get(5, "/docs/who"), kinds.Post(3, hasKey: false), kinds.Query(3, n => $"Without names {n} {Trace.TraceId}"), kinds.Search(2));
        await traffic.AnsweredAsync(Around, Limit, Cancel);
        var processes = await Task.WhenAll(callers.Select(c => Stack.ProcessIdOfAsync(c, Cancel)));
        var noticed = await NoticesAsync();
        var faults = new List<IAsyncDisposable>();
        try
        {
            if (how == "wrong")
            {
                faults.Add(await WrongNames.SetAsync(Stack, "app-network", "consul", "mkdocs", Cancel));
                faults.Add(await WrongNames.SetAsync(Stack, "db-network", "consul", "redis", Cancel));
            }
            else
            {
                faults.AddRange(await Task.WhenAll(processes.Select(p => PacketFault.WithoutNamesAsync(Stack, p, Cancel))));
            }

            // Whoever has asked Consul something asks again, and has to find it.
            foreach (var process in processes)
            {
                await new NamespaceShell(Stack.Podman).RunAsync($"nsenter -t {process} -n ss -K dst :{ConsulPort} > /dev/null", Cancel);
            }

            await Eventually.HoldsAsync("the gateway has noticed", Limit, static _ => NoticesAsync(), now => now > noticed, static now => $"{now} notices", Cancel);
            await traffic.AnsweredAsync(Around, Limit, Cancel);
        }
        finally
        {
            await Task.WhenAll(faults.Select(static f => f.DisposeAsync().AsTask()));
        }

        await FollowedAsync();
        await AnsweredAsync(traffic);
    }

    private static async Task WatchAsync(string service, ConcurrentQueue<string> sick, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var entries in Stack.Consul.WatchAsync(service, cancellationToken))
            {
                foreach (var entry in entries.Where(static e => !e.IsPassing))
                {
                    sick.Enqueue($"{entry.Service.Id} {string.Join(", ", entry.Checks.Select(static c => $"{c.Status} {c.Output}"))}");
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Enough was seen.
        }
    }

    private static async Task<int> NoticesAsync()
        => (await Stack.Logs.TailAsync("gateway", int.MaxValue)).Count(static l => l.Contains("The last known instances", StringComparison.Ordinal));

    // One that comes and goes, some times.
    private async Task FollowedAsync()
    {
        var rag = (await Stack.Consul.InstancesAsync("rag", Cancel)).First(static e => e.Service.Id == "rag-1").Service;
        for (var change = 0; change < Changes; change++)
        {
            await using (await Stack.Consul.RegisterAsync("mkdocs", "mkdocs-added", rag.Address, rag.Port, Cancel))
            {
                await AskedAsync("mkdocs rag");
            }

            await AskedAsync("mkdocs");
        }
    }

    private Task AskedAsync(string expected) => Eventually.HoldsAsync(
        $"the gateway asks {expected}",
        Limit,
        static async token =>
        {
            var seen = new SortedSet<string>(StringComparer.Ordinal);
            for (var i = 0; i < 6; i++)
            {
                seen.Add((await Stack.EchoAsync("/docs/who", token))?.Service ?? "nobody");
            }

            return string.Join(' ', seen);
        },
        seen => seen == expected,
        static seen => seen,
        Cancel);

    private async Task AnsweredAsync(OpenTraffic traffic)
    {
        await traffic.AnsweredAsync(Around, Limit, Cancel);
        var history = await traffic.StopAsync();
        await Stack.ReadyAsync(Cancel);
        foreach (var kind in history.GroupBy(static s => s.Kind))
        {
            TestContext.WriteLine($"{kind.Key}: {new Distribution(kind.Select(static s => s.Took))}");
        }

        var failed = history.Where(static s => !s.IsOk).ToList();
        Assert.IsEmpty(failed, string.Join("; ", failed));
    }
}
