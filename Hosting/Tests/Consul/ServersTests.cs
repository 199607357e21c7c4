using System.Net.Http.Json;
using System.Text.Json;
using XoeNovAi.Hosting.Consul;
using XoeNovAi.Hosting.Podman.Images;

namespace XoeNovAi.Hosting.Tests.Consul;

/// <summary>Consul with three servers behind it.</summary>
[TestClass]
public sealed class ServersTests
{
    private const string Stranger = "stranger";

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Cancelled => TestContext.CancellationToken;

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task Three_servers_elect_a_leader_and_talk_to_nobody_who_has_not_their_key()
    {
        ConsulResource consul = null!;
        await using var run = await PodmanApplication.StartAsync(
            builder =>
            {
                var agent = builder.AddConsul("consul").WithSetupImage("consul", "1").WithServers(3, configure: static s => s.WithSetupImage("consul", "1")).WithAccessControl();
                consul = agent.Resource;
                builder.AddContainer(Stranger, "image").WithSetupImage("consul", "1").WithArgs("agent", "-join=consul-server-1").WaitFor(agent);
            },
            Cancelled);
        foreach (var resource in (string[])["consul", "consul-server-1", "consul-server-2", "consul-server-3"])
        {
            await run.Application.ResourceNotifications.WaitForResourceHealthyAsync(resource, Cancelled);
        }

        using var client = run.Application.CreateHttpClient("consul", "http");
        client.DefaultRequestHeaders.Add("X-Consul-Token", await consul.ManagementToken!.GetValueAsync(Cancelled));
        using var raft = await client.GetFromJsonAsync<JsonDocument>("/v1/operator/raft/configuration", Cancelled);
        Assert.HasCount(3, raft!.RootElement.GetProperty("Servers").EnumerateArray().ToList());

        var key = (await consul.GossipKey!.GetValueAsync(Cancelled))!;
        using var server = run.Application.CreateHttpClient("consul-server-1", "http");
        server.DefaultRequestHeaders.Add("X-Consul-Token", await consul.ManagementToken!.GetValueAsync(Cancelled));
        using var keyring = await server.GetFromJsonAsync<JsonDocument>("/v1/operator/keyring", Cancelled);
        var ring = keyring!.RootElement.EnumerateArray().Single(static r => !r.GetProperty("WAN").GetBoolean());
        Assert.AreEqual(key, ring.GetProperty("Keys").EnumerateObject().Single().Name);
        Assert.AreEqual(4, ring.GetProperty("NumNodes").GetInt32(), "The servers and the agent.");
        Assert.DoesNotContain(key, string.Join('\n', await Engine.RunAsync(Cancelled, "inspect", await run.Application.RunningAsync("consul-server-1", Cancelled))));

        var ended = await run.Application.EndedAsync(Stranger, Cancelled);
        Assert.AreNotEqual(0, ended.ExitCode, "Whoever has not the key is not let in.");
    }

    [TestMethod]
    public void One_server_is_consul_as_it_is()
    {
        var builder = DistributedApplication.CreateBuilder([]);
        var consul = builder.AddConsul("consul").WithServers(1);

        Assert.IsEmpty(builder.Resources.OfType<ConsulServerResource>());
        Assert.IsNull(consul.Resource.GossipKey, "It has nobody to talk to.");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => builder.AddConsul("other").WithServers(0));
    }
}
