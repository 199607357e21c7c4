using XoeNovAi.Consul.Registration;

namespace XoeNovAi.Consul.Tests.Registration;

/// <summary>A service that stays registered.</summary>
[TestClass]
public sealed class RegistrarTests : ConsulTest
{
    private const int Returns = 20;

    [TestMethod]
    [TestCategory("Quick")]
    [Timeout(60_000, CooperativeCancellation = true)]
    [Scenario("DISC-01")]
    [Scenario("DISC-04")]
    public async Task It_is_registered_once_it_has_started_and_gone_when_it_stops()
    {
        var registration = Registration();
        await using (await TestHost.StartAsync(new(Server.Address), Cancel, builder => builder.Services.AddConsulRegistration(registration, TimeSpan.Zero)))
        {
            var entry = (await Consul.InstancesAsync("it is registered", registration.Name, static entries => entries.Count == 1, Limit, Cancel))[0];
            Assert.AreEqual(registration.Id, entry.Service.Id);
            Assert.AreEqual((registration.Address, registration.Port), (entry.Service.Address, entry.Service.Port));
            Assert.AreEqual("v1", entry.Service.Tags.Single());
            Assert.AreEqual("here", entry.Service.Meta["where"]);
            Assert.AreEqual(new ServiceAddress("10.0.0.1", 81), entry.Service.TaggedAddresses["other"]);
            Assert.IsTrue(entry.IsPassing, "nobody waits for its first check");
            Assert.HasCount(1, (await Consul.Health.InstancesAsync(registration.Name, new() { Tag = "v1", Filter = "Service.Meta.where == \"here\"" }, default, Cancel)).Value);
            Assert.IsEmpty((await Consul.Health.InstancesAsync(registration.Name, new() { Tag = "v2" }, default, Cancel)).Value);
            Assert.IsEmpty((await Consul.Health.InstancesAsync(registration.Name, new() { Filter = "Service.Meta.where != \"here\"" }, default, Cancel)).Value);
        }

        Assert.IsEmpty((await Consul.Health.InstancesAsync(registration.Name, null, default, Cancel)).Value);
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    [Scenario("DISC-09")]
    public async Task It_is_registered_again_by_a_Consul_that_comes_back_without_what_it_knew()
    {
        await using var server = await ConsulServer.StartAsync(Cancel);
        using var consul = server.CreateClient();
        var registration = Registration();
        await using var host = await TestHost.StartAsync(new(server.Address), Cancel, builder => builder.Services.AddConsulRegistration(registration, TimeSpan.Zero));
        await consul.InstancesAsync("it is registered", registration.Name, static entries => entries.Count == 1, Limit, Cancel);

        for (var times = 1; times <= 2; times++)
        {
            await server.StopAsync(Cancel);
            await Eventually.HoldsAsync("it says that Consul is away", Limit, _ => Task.FromResult(host.Logged("keeps trying to register").Count), count => count >= times, static count => $"{count}", Cancel);
            await server.StartAgainAsync(Cancel);
            await consul.InstancesAsync("it is registered again", registration.Name, static entries => entries.Count == 1, Limit, Cancel);
        }

        Assert.HasCount(2, host.Logged("keeps trying to register"), "once each time");
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    [Scenario("DISC-14")]
    public async Task A_token_that_Consul_does_not_know_is_said_once_and_used_when_it_does()
    {
        await using var server = await ConsulServer.StartAsync(Cancel, denies: true);
        var token = Guid.NewGuid().ToString();
        var registration = Registration();
        await using var host = await TestHost.StartAsync(new(server.Address) { Token = token }, Cancel, builder => builder.Services.AddConsulRegistration(registration, TimeSpan.Zero));
        var said = (await host.LoggedAsync("keeps trying to register", Limit, Cancel))[0];
        Assert.Contains($"Consul at {server.Address} answered 403 to GET v1/agent/service/{registration.Id}", said);
        Assert.Contains("CONSUL_HTTP_TOKEN", said);
        Assert.DoesNotContain(token, said);

        using var consul = server.CreateClient(await server.ManagementTokenAsync(Cancel));
        await consul.Access.PutAsync(new("The test's") { Secret = token, Services = [registration.Name] }, null, Cancel);
        await consul.InstancesAsync("it is registered", registration.Name, static entries => entries.Count == 1, Limit, Cancel);
        Assert.HasCount(1, host.Logged("keeps trying to register"));
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    [Scenario("DISC-04")]
    public async Task At_another_address_it_is_never_seen_with_what_failed_at_the_old_one()
    {
        for (var time = 1; time <= Returns; time++)
        {
            var registration = Registration();
            await Consul.Agent.RegisterAsync(registration with { Port = 1, Checks = [ServiceCheck.ByTcp("old", "127.0.0.1:1", TimeSpan.FromHours(1), TimeSpan.FromSeconds(1))] }, Cancel);
            var seen = new List<string>();
            var watch = Consul.InstancesAsync(
                "it is at its new address with one check",
                registration.Name,
                entries =>
                {
                    seen.AddRange(entries.Where(static e => e.Service.Port == 8500 && !e.IsPassing).Select(static e => string.Join(", ", e.Checks.Select(static c => $"{c.Id} {c.Status}"))));
                    return entries is [{ Service.Port: 8500, IsPassing: true }];
                },
                Limit,
                Cancel);
            await using var host = await TestHost.StartAsync(new(Server.Address), Cancel, builder => builder.Services.AddConsulRegistration(registration, TimeSpan.Zero));
            await watch;
            Assert.IsEmpty(seen, $"Return {time}");
        }
    }

    private static ServiceRegistration Registration()
    {
        var name = Unique("kept");
        return new()
        {
            Id = $"{name}-1",
            Name = name,
            Address = "127.0.0.1",
            Port = 8500,
            Tags = ["v1"],
            Meta = new Dictionary<string, string> { ["where"] = "here" },
            TaggedAddresses = new Dictionary<string, ServiceAddress> { ["other"] = new("10.0.0.1", 81) },
            Checks = [ServiceCheck.ByHttp($"service:{name}-1", new("http://127.0.0.1:8500/v1/status/leader"), TimeSpan.FromHours(1), TimeSpan.FromSeconds(1)).PassingAtFirst()],
        };
    }
}
