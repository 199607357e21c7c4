using System.Net;
using XoeNovAi.Consul.Discovery;
using XoeNovAi.Consul.Registration;

namespace XoeNovAi.Consul.Tests.Discovery;

/// <summary>Who watches a service learns where it is, whatever becomes of Consul and whatever others write there.</summary>
[TestClass]
public sealed class CatalogTests : ConsulTest
{
    [TestMethod]
    [Timeout(180_000, CooperativeCancellation = true)]
    [Scenario("DISC-09")]
    public async Task The_last_known_instances_outlive_Consul_and_one_that_begins_its_index_anew_is_followed()
    {
        await using var server = await ConsulServer.StartAsync(Cancel);
        using var consul = server.CreateClient();
        var name = Unique("watched");
        for (var i = 0; i < 50; i++)
        {
            await consul.Keys.PutAsync("index", "higher"u8.ToArray(), null, Cancel);
        }

        await RegisterAsync(consul, name, "first", 1);
        var before = (await consul.Health.InstancesAsync(name, null, default, Cancel)).Index;
        await using var host = await TestHost.StartAsync(new(server.Address), Cancel);
        await using var watch = Watch(host, name);
        await SeenAsync(watch, "first:1");

        await server.StopAsync(Cancel);
        await host.LoggedAsync($"The last known instances of {name} stay in use", Limit, Cancel);
        await server.StartAgainAsync(Cancel);
        await RegisterAsync(consul, name, "second", 2);
        var after = (await consul.Health.InstancesAsync(name, null, default, Cancel)).Index;
        Assert.IsLessThan(before, after, "otherwise this shows nothing of an index that goes back");

        var seen = await SeenAsync(watch, "second:2");
        Assert.IsTrue(seen.Any(static instances => Describe(instances) == "second:2, first:1"), "who may still register again is kept for a while");
        Assert.IsFalse(seen.Any(static instances => instances.Count == 0), "nobody is dropped in between");
        Assert.HasCount(1, host.Logged($"The last known instances of {name} stay in use"));

        await RegisterAsync(consul, name, "second", 3);
        await SeenAsync(watch, "second:3");
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    [Scenario("DISC-02")]
    public async Task A_check_that_flaps_is_followed_to_where_it_ends()
    {
        var name = Unique("flapping");
        var registration = new ServiceRegistration { Id = name, Name = name, Address = "127.0.0.1", Port = 1, Checks = [ServiceCheck.ByTimeToLive(name, TimeSpan.FromMinutes(5))] };
        await Consul.Agent.RegisterAsync(registration, Cancel);
        await using var host = await TestHost.StartAsync(new(Server.Address), Cancel);
        await using var watch = Watch(host, name);
        await SeenAsync(watch, string.Empty);
        for (var i = 0; i < 200; i++)
        {
            await (i % 2 == 0 ? Consul.Agent.PassAsync(name, $"{i}", Cancel) : Consul.Agent.FailAsync(name, $"{i}", Cancel));
        }

        // What is seen of this comes after all that was seen of the others.
        await Consul.Agent.RegisterAsync(registration with { Port = 2 }, Cancel);
        await Consul.Agent.PassAsync(name, "at last", Cancel);
        await SeenAsync(watch, $"{name}:2");
        await Consul.Agent.FailAsync(name, "no more", Cancel);
        await SeenAsync(watch, string.Empty);
        Assert.IsEmpty(host.Logged(name).Where(static line => !line.StartsWith("Information", StringComparison.Ordinal)).ToList());
        await Consul.Agent.DeregisterAsync(name, Cancel);
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    [Scenario("FLT-03")]
    public async Task Of_equal_ids_the_one_that_was_there_stays_and_the_other_is_named_once()
    {
        var name = Unique("equal");
        await RegisterAsync(Consul, name, "same", 1);
        await using var host = await TestHost.StartAsync(new(Server.Address), Cancel);
        await using var watch = Watch(host, name);
        await SeenAsync(watch, "same:1");

        await RegisterAsync(Consul, name, "same", 2, "another");
        await host.LoggedAsync("another instance has this id", Limit, Cancel);
        await RegisterAsync(Consul, name, "third", 3);
        await SeenAsync(watch, "same:1, third:3");
        Assert.HasCount(1, host.Logged("another instance has this id"));

        await Consul.Catalog.DeregisterAsync($"{name}-", null, Cancel);
        await SeenAsync(watch, "same:2");
    }

    /// <summary>Consul says which one it was by its answer: a wrong mode is 400.</summary>
    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    [DataRow(Consistency.Default, "")]
    [DataRow(Consistency.Consistent, "consistent")]
    [DataRow(Consistency.Stale, "stale")]
    public async Task A_question_says_how_sure_the_answer_is_to_be(Consistency consistency, string expected)
    {
        var name = Unique("sure");
        await RegisterAsync(Consul, name, "one", 1);
        Assert.HasCount(1, (await Consul.Health.InstancesAsync(name, null, new(Consistency: consistency), Cancel)).Value);

        var asked = string.Empty;
        await using var recorder = await Backend.StartAsync(context =>
        {
            asked = context.Request.QueryString.Value;
            context.Response.StatusCode = (int)HttpStatusCode.BadGateway;
            return Task.CompletedTask;
        });
        using var client = new ConsulClient(new(recorder.Address));
        await Assert.ThrowsAsync<ConsulException>(() => client.Catalog.ServicesAsync(new(7, TimeSpan.FromSeconds(1), consistency), Cancel));
        Assert.AreEqual($"?index=7&wait=1000ms{(expected.Length == 0 ? string.Empty : $"&{expected}")}", asked);
    }

    private static Task RegisterAsync(ConsulClient consul, string name, string id, int port, string node = "") =>
        consul.Catalog.RegisterAsync(new($"{name}-{node}", "127.0.0.1", new CatalogService(id, name, "127.0.0.1", port)), CancellationToken.None);

    private static Watch<IReadOnlyList<ServiceInstance>> Watch(TestHost host, string name) =>
        new(token => host.Services.GetRequiredService<ServiceCatalog>().WatchAsync(name, token));

    private static string Describe(IReadOnlyList<ServiceInstance> instances) => string.Join(", ", instances.Select(static one => $"{one.Id}:{one.Port}"));

    private Task<IReadOnlyList<IReadOnlyList<ServiceInstance>>> SeenAsync(Watch<IReadOnlyList<ServiceInstance>> watch, string expected) =>
        watch.UntilAsync($"'{expected}' is seen", instances => Describe(instances) == expected, Limit, Describe, Cancel);

}
