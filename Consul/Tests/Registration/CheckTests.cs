using XoeNovAi.Consul.Discovery;
using XoeNovAi.Consul.Registration;

namespace XoeNovAi.Consul.Tests.Registration;

/// <summary>The three kinds of checks, as Consul runs them. What it asks is itself: a key that is there answers 200, one that is not 404.</summary>
[TestClass]
public sealed class CheckTests : ConsulTest
{
    private const string Self = "127.0.0.1:8500";
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    [Scenario("DISC-03")]
    public async Task An_instance_passes_when_its_HTTP_TCP_and_TTL_checks_do_and_each_for_itself_takes_it_out()
    {
        var name = Unique("checked");
        var registration = Of(
            name,
            ServiceCheck.ByHttp($"{name}-http", new($"http://{Self}/v1/kv/{name}"), Often, Timeout),
            ServiceCheck.ByTcp($"{name}-tcp", Self, Often, Timeout),
            ServiceCheck.ByTimeToLive($"{name}-ttl", TimeSpan.FromMinutes(5)));
        await Consul.Agent.RegisterAsync(registration, Cancel);
        await StateAsync(name, "critical", "passing", "critical");

        await Consul.Keys.PutAsync(name, "well"u8.ToArray(), null, Cancel);
        await StateAsync(name, "passing", "passing", "critical");
        Assert.IsEmpty(await PassingAsync(name), "one of the checks fails");

        await Consul.Agent.PassAsync($"{name}-ttl", "all well", Cancel);
        await StateAsync(name, "passing", "passing", "passing");
        Assert.HasCount(1, await PassingAsync(name));

        await Consul.Agent.WarnAsync($"{name}-ttl", "not so well", Cancel);
        await StateAsync(name, "passing", "passing", "warning");
        await Consul.Agent.FailAsync($"{name}-ttl", "not well", Cancel);
        var entry = await StateAsync(name, "passing", "passing", "critical");
        Assert.AreEqual("not well", entry.Single(check => check.Id == $"{name}-ttl").Output);
        await Consul.Agent.PassAsync($"{name}-ttl", null, Cancel);

        await Consul.Keys.DeleteAsync(name, false, Cancel);
        await StateAsync(name, "critical", "passing", "passing");
        Assert.IsEmpty(await PassingAsync(name), "one of the checks fails");

        await Consul.Agent.DeregisterAsync(name, Cancel);
        Assert.IsEmpty((await Consul.Health.InstancesAsync(name, null, default, Cancel)).Value);
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    [Scenario("DISC-03")]
    public async Task A_closed_port_and_a_time_to_live_that_is_over_are_critical()
    {
        var name = Unique("checked");
        await Consul.Agent.RegisterAsync(
            Of(
                name,
                ServiceCheck.ByHttp($"{name}-http", new("http://127.0.0.1:1/"), Often, Timeout).PassingAtFirst(),
                ServiceCheck.ByTcp($"{name}-tcp", "127.0.0.1:1", Often, Timeout).PassingAtFirst(),
                ServiceCheck.ByTimeToLive($"{name}-ttl", TimeSpan.FromSeconds(1))),
            Cancel);
        await Consul.Agent.PassAsync($"{name}-ttl", null, Cancel);
        await StateAsync(name, "critical", "critical", "critical");
        await Consul.Agent.DeregisterAsync(name, Cancel);
    }

    private static ServiceRegistration Of(string name, params IReadOnlyList<ServiceCheck> checks) =>
        new() { Id = name, Name = name, Address = "127.0.0.1", Port = 8500, Checks = checks };

    private async Task<IReadOnlyList<HealthEntry>> PassingAsync(string name) => (await Consul.Health.InstancesAsync(name, new() { Passing = true }, default, Cancel)).Value;

    private async Task<IReadOnlyList<HealthCheck>> StateAsync(string name, string http, string tcp, string ttl)
    {
        var expected = $"{http}/{tcp}/{ttl}";
        var entries = await Consul.InstancesAsync(
            $"the checks are {expected}",
            name,
            entries => entries.Count == 1 && string.Join('/', Own(entries[0], name).Select(static check => check.Status)) == expected,
            Limit,
            Cancel);
        return Own(entries[0], name);
    }

    private static List<HealthCheck> Own(HealthEntry entry, string name) =>
        [.. entry.Checks.Where(check => check.Id.StartsWith(name, StringComparison.Ordinal)).OrderBy(static check => check.Id, StringComparer.Ordinal)];
}
