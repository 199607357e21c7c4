using Microsoft.Extensions.ServiceDiscovery;
using XoeNovAi.Consul.Discovery;

namespace XoeNovAi.Consul.Tests.Discovery;

/// <summary>An HTTP client that is told a name, and finds who has it.</summary>
[TestClass]
public sealed class ServiceDiscoveryTests : ConsulTest
{
    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    [Scenario("DISC-13")]
    public async Task A_client_follows_a_name_by_what_Consul_pushes()
    {
        var name = Unique("named");
        await using var one = await Backend.StartAsync("one");
        await using var two = await Backend.StartAsync("two");
        await using var host = await TestHost.StartAsync(new(Server.Address), Cancel, builder =>
        {
            // Whatever is learnt, nothing was asked for again.
            builder.Services.Configure<ServiceDiscoveryOptions>(static options => options.RefreshPeriod = Timeout.InfiniteTimeSpan);
            builder.Services.AddHttpClient(name, client => client.BaseAddress = new($"http://{name}")).AddServiceDiscovery();
        });
        using var client = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient(name);
        await Assert.ThrowsAsync<InvalidOperationException>(() => client.GetStringAsync("/", Cancel), "nobody has the name");

        await RegisterAsync(name, one);
        await AnsweredByAsync(client, "one");
        await RegisterAsync(name, two);
        await AnsweredByAsync(client, "two");
        await RegisterAsync(name, one);
        await AnsweredByAsync(client, "one");
        await Consul.Catalog.DeregisterAsync(name, null, Cancel);
        await AnsweredByAsync(client, "nobody");
    }

    [TestMethod]
    [TestCategory("Quick")]
    [Timeout(60_000, CooperativeCancellation = true)]
    [Scenario("DISC-13")]
    public async Task An_address_that_is_written_out_is_no_name()
    {
        await using var one = await Backend.StartAsync("one");
        await using var host = await TestHost.StartAsync(new(Server.Address), Cancel, static builder => builder.Services.AddHttpClient("plain").AddServiceDiscovery());
        using var client = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient("plain");
        Assert.AreEqual("one", await client.GetStringAsync(one.Address, Cancel));
    }

    // One instance, wherever it is.
    private Task RegisterAsync(string name, Backend backend) =>
        Consul.Catalog.RegisterAsync(new(name, backend.Address.Host, new CatalogService($"{name}-1", name, backend.Address.Host, backend.Address.Port)), Cancel);

    private Task AnsweredByAsync(HttpClient client, string expected) => Eventually.HoldsAsync(
        $"'{expected}' answers",
        Limit,
        async token =>
        {
            try
            {
                return await client.GetStringAsync("/", token);
            }
            catch (InvalidOperationException)
            {
                return "nobody";
            }
        },
        answer => answer == expected,
        static answer => answer,
        Cancel);
}
