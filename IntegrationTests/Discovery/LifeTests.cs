using System.Diagnostics;
using System.Globalization;
using XoeNovAi.Consul.Discovery;
using XoeNovAi.Consul.Registration;
using XoeNovAi.IntegrationTests.Harness.Faults;

namespace XoeNovAi.IntegrationTests.Discovery;

/// <summary>
/// The life of an instance in Consul: its checks pass and fail, it leaves by itself, or is found dead and reaped. The reaper takes a minute
/// and more, which is spent on the tests beside it.
/// </summary>
[TestClass]
public sealed class LifeTests : StackTest
{
    private const string Leaving = "leaving";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    // Consul allows no less, and its reaper looks every half minute.
    private static readonly TimeSpan DeregisterAfter = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ReaperInterval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Told = TimeSpan.FromMilliseconds(100);
    private static KilledInstances? _killed;

    protected override IReadOnlyList<string> Touches => ["consul"];

    [ClassInitialize]
    public static async Task KillAsync(TestContext context) => _killed = await KilledInstances.StartAsync(Stack, context.CancellationToken);

    [ClassCleanup]
    public static async Task RemoveAsync()
    {
        if (_killed is { } killed)
        {
            await killed.DisposeAsync();
        }
    }

    [TestMethod]
    [Scenario("DISC-04")]
    public async Task A_killed_instance_is_critical_within_two_check_intervals()
    {
        var critical = await _killed!.Critical.WaitAsync(Limit, Cancel);
        TestContext.WriteLine($"From the end of a killed instance until it is critical: {critical}");

        // And the time it takes to be told.
        Assert.IsLessThanOrEqualTo((2 * _killed.Interval + Told).TotalMilliseconds, critical.Percentile(1), critical.ToString());
    }

    [TestMethod]
    [Scenario("DISC-04")]
    public async Task An_instance_that_is_told_to_stop_has_left_before_it_ends()
    {
        var (token, lease) = await Stack.Consul.AddTokenAsync(Leaving, Cancel);
        await using var _ = lease;

        // Long enough to look while it drains: what is tested is the order.
        var settings = new Dictionary<string, string> { ["Discovery__Service"] = Leaving, ["CONSUL_HTTP_TOKEN"] = token, ["Discovery__DrainTime"] = "00:00:01" };
        await using var instance = await ExtraInstance.StartAsync(Stack, "vikunja", settings, Cancel);
        await Stack.Consul.WaitForAsync("it passes", Leaving, static e => e.Count == 1 && e[0].IsPassing, Limit, Cancel);
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        watching.CancelAfter(Limit);
        var seen = new List<string>();
        var leaving = LeftAsync();
        var (told, _) = await instance.SignalAsync("TERM", Cancel);

        var (left, wasRunning) = await leaving;

        TestContext.WriteLine($"It had left {(left - told).TotalMilliseconds:0} ms after SIGTERM.");
        Assert.IsTrue(wasRunning, "Its process had ended before it left Consul.");
        Assert.IsTrue(seen.TrueForAll(static s => s == "passing"), $"It was found out before it left: {string.Join(", ", seen)}");
        var interval = TimeSpan.Parse(instance.Settings["Discovery__CheckInterval"], CultureInfo.InvariantCulture);
        Assert.IsLessThan(interval, left - told, "It left no sooner than a check would have found out.");
        await Eventually.HoldsAsync("its process ends", Limit, _ => Task.FromResult(instance.IsRunning), static running => !running, static _ => "running", Cancel);

        async Task<(DateTimeOffset At, bool WasRunning)> LeftAsync()
        {
            try
            {
                await foreach (var entries in Stack.Consul.WatchAsync(Leaving, watching.Token))
                {
                    if (entries.Count == 0)
                    {
                        return (TimeProvider.System.GetUtcNow(), instance.IsRunning);
                    }

                    seen.AddRange(entries.SelectMany(static e => e.Checks).Select(static c => c.Status).Distinct());
                }
            }
            catch (OperationCanceledException) when (!Cancel.IsCancellationRequested)
            {
                throw new AssertFailedException($"It had not left within {Limit.TotalSeconds:0} s; it was {string.Join(", ", seen)}.");
            }

            throw new UnreachableException();
        }
    }

    /// <summary>One service with three checks: whichever of them does not pass, the service is not among those that do.</summary>
    [TestMethod]
    [Scenario("DISC-02")]
    [Scenario("DISC-03")]
    public async Task A_service_passes_while_its_HTTP_TCP_and_TTL_checks_all_do()
    {
        const string Service = "checked";
        const int Port = 8008;
        const int TcpPort = 8018;
        await using var listener = await ExtraInstance.StartAsync(
            Stack, "mkdocs", new Dictionary<string, string> { ["ConnectionStrings__consul"] = string.Empty, ["ASPNETCORE_HTTP_PORTS"] = $"{Port};{TcpPort}" }, Cancel);
        var address = await listener.AddressOnAsync("app-network", Cancel);
        await using var registered = await Stack.Consul.RegisterAsync(
            new ServiceRegistration
            {
                Id = $"{Service}-1",
                Name = Service,
                Address = address,
                Port = Port,
                Checks =
                [
                    ServiceCheck.ByHttp("http", new($"http://{address}:{Port}/"), TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(1)),
                    ServiceCheck.ByTcp("tcp", $"{address}:{TcpPort}", TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(1)),
                    ServiceCheck.ByTimeToLive("ttl", TimeSpan.FromSeconds(2)),
                ],
            },
            Cancel);

        // Nobody has said that it lives.
        await StatesAsync("passing", "passing", "critical");
        Assert.IsEmpty(await Stack.Consul.PassingAsync(Service, Cancel));
        await Stack.Consul.TellAsync("ttl", "pass", Cancel);
        await StatesAsync("passing", "passing", "passing");
        Assert.HasCount(1, await Stack.Consul.PassingAsync(Service, Cancel));

        // Nobody says so again.
        var lapsed = await StatesAsync("passing", "passing", "critical");
        Assert.Contains("TTL", lapsed["ttl"].Output);
        Assert.IsEmpty(await Stack.Consul.PassingAsync(Service, Cancel));
        await Stack.Consul.TellAsync("ttl", "warn", Cancel);
        await StatesAsync("passing", "passing", "warning");
        Assert.IsEmpty(await Stack.Consul.PassingAsync(Service, Cancel));

        using var over = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var telling = TellAsync(over.Token);
        await StatesAsync("passing", "passing", "passing");
        foreach (var (status, state) in ((int, string)[])[(503, "critical"), (429, "warning")])
        {
            await using (await Stack.Faults.SetAsync(listener, $"health={status}", Cancel))
            {
                var sick = await StatesAsync(state, "passing", "passing");
                Assert.Contains($"{status}", sick["http"].Output);
                Assert.IsEmpty(await Stack.Consul.PassingAsync(Service, Cancel));
            }

            await StatesAsync("passing", "passing", "passing");
        }

        await using (await PacketFault.RefuseAsync(Stack, listener.ProcessId, TcpPort, Cancel))
        {
            await StatesAsync("passing", "critical", "passing");
            Assert.IsEmpty(await Stack.Consul.PassingAsync(Service, Cancel));
        }

        await StatesAsync("passing", "passing", "passing");
        Assert.HasCount(1, await Stack.Consul.PassingAsync(Service, Cancel));
        await over.CancelAsync();
        await telling;

        async Task<IReadOnlyDictionary<string, HealthCheck>> StatesAsync(string http, string tcp, string ttl)
        {
            string[] wanted = [$"http {http}", $"tcp {tcp}", $"ttl {ttl}"];
            var entries = await Stack.Consul.WaitForAsync(string.Join(", ", wanted), Service, e => e.Count == 1 && wanted.All(w => e[0].Checks.Any(c => $"{c.Id} {c.Status}" == w)), Limit, Cancel);
            return entries[0].Checks.ToDictionary(static c => c.Id);
        }

        static async Task TellAsync(CancellationToken cancellationToken)
        {
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
            try
            {
                do
                {
                    await Stack.Consul.TellAsync("ttl", "pass", cancellationToken);
                }
                while (await timer.WaitForNextTickAsync(cancellationToken));
            }
            catch (OperationCanceledException)
            {
                // The test is over.
            }
        }
    }

    [TestMethod]
    [Scenario("DISC-02")]
    public async Task Every_service_that_reports_sick_is_critical_and_passes_when_it_is_well_again()
    {
        var resources = new Dictionary<string, string>();
        foreach (var service in (await Stack.Consul.ServicesAsync(Cancel)).Except(["consul", KilledInstances.Service]))
        {
            var entries = await Stack.Consul.InstancesAsync(service, Cancel);
            foreach (var entry in entries)
            {
                resources[entry.Service.Id] = entries.Count == 1 ? service : entry.Service.Id;
            }
        }

        var faults = await Task.WhenAll(resources.Values.Select(r => Stack.Faults.SetAsync(r, "health=503", Cancel)));
        try
        {
            foreach (var service in resources.Keys.GroupBy(ServiceOf))
            {
                var sick = await Stack.Consul.WaitForAsync("all are critical", service.Key, e => e.Count == service.Count() && e.All(static i => i.Checks.Any(static c => c.Status == "critical")), Limit, Cancel);
                Assert.IsTrue(sick.All(static i => i.Checks.Single(static c => c.Status == "critical").Output.Contains("503", StringComparison.Ordinal)), "for another reason than the test's");
                Assert.IsEmpty(await Stack.Consul.PassingAsync(service.Key, Cancel));
            }
        }
        finally
        {
            await Task.WhenAll(faults.Select(static f => f.DisposeAsync().AsTask()));
        }

        foreach (var service in resources.Keys.GroupBy(ServiceOf))
        {
            await Stack.Consul.WaitForAsync("all pass again", service.Key, e => e.Count == service.Count() && e.All(static i => i.IsPassing), Limit, Cancel);
        }

        await Stack.ReadyAsync(Cancel);
        foreach (var resource in resources.Values)
        {
            await Stack.Commands.HealthyAsync(resource, Limit, Cancel);
        }

        static string ServiceOf(string id) => id[..id.LastIndexOf('-')];
    }

    [TestMethod]
    [Scenario("DISC-02")]
    public async Task An_instance_that_hangs_is_critical_and_passes_when_it_goes_on()
    {
        await using (await Freeze.StartAsync(Stack, "oikos", Cancel))
        {
            await Stack.Consul.WaitForAsync("oikos is critical", "oikos", static e => e.Count == 1 && e[0].Checks.Any(static c => c.Status == "critical"), Limit, Cancel);
            Assert.IsEmpty(await Stack.Consul.PassingAsync("oikos", Cancel));
        }

        await Stack.Consul.WaitForAsync("oikos passes again", "oikos", static e => e.Count == 1 && e[0].IsPassing, Limit, Cancel);
        await Stack.ReadyAsync(Cancel);
        await Stack.Commands.HealthyAsync("oikos", Limit, Cancel);
    }

    [TestMethod]
    [Scenario("DISC-04")]
    public async Task A_killed_instance_is_reaped_once_it_has_been_critical_for_long_enough()
    {
        var reaped = await _killed!.Reaped.WaitAsync(DeregisterAfter + (2 * ReaperInterval), Cancel);
        TestContext.WriteLine($"From critical to reaped: {reaped}");

        // Consul counts from the check that failed, a moment before it tells others.
        Assert.IsGreaterThan(DeregisterAfter.TotalMilliseconds - 1000, reaped.Percentile(0), reaped.ToString());
    }
}
