using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace XoeNovAi.IntegrationTests.Security;

/// <summary>What goes over the wires to Consul, tokens among it.</summary>
[TestClass]
[TestCategory("Quick")]
public sealed class ConsulTlsTests : StackTest
{
    private const int Port = 8500;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    protected override IReadOnlyList<string> Touches => ["consul", "rag-1"];

    [TestMethod]
    [Scenario("SEC-04")]
    [DataRow("gateway", "app-network")]
    [DataRow("rag-1", "app-network")]
    [DataRow("rag-1", "db-network")]
    [DataRow("qdrant", "db-network")]
    public async Task Plain_HTTP_is_refused_on_every_network(string caller, string network)
    {
        var answer = await Stack.HttpGetFromAsync(caller, await Stack.AddressOnAsync("consul", network, Cancel), Port, "/v1/status/leader", Cancel);

        // It says so and hangs up on what it has not read, which may overtake what it says. Nobody there would be an error of the shell's.
        Assert.IsTrue(answer.Length == 0 || answer.StartsWith("HTTP/1.0 400", StringComparison.Ordinal), answer);
    }

    [TestMethod]
    [Scenario("SEC-04")]
    public async Task It_shows_a_certificate_of_the_runs_authority_for_its_name_and_none_to_others()
    {
        using var authority = await Stack.AuthorityAsync(Cancel);
        foreach (var name in (string[])["consul", "localhost"])
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", Stack.Application.GetEndpoint("consul").Port, Cancel);
            await using var tls = new SslStream(client.GetStream(), false, (_, certificate, _, errors) => certificate is not null && Stack.IsTrusted(authority, certificate, errors));
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = name }, Cancel);

            Assert.IsTrue(tls.SslProtocol is SslProtocols.Tls12 or SslProtocols.Tls13, $"{name}: {tls.SslProtocol}");
        }

        // Whoever trusts what any machine trusts does not talk to it.
        using var stranger = new HttpClient();
        await Assert.ThrowsExactlyAsync<HttpRequestException>(() => stranger.GetAsync(new Uri(Stack.Application.GetEndpoint("consul"), "v1/status/leader"), Cancel));
    }

    [TestMethod]
    [Scenario("SEC-04")]
    public async Task A_service_that_trusts_another_authority_keeps_its_token_to_itself()
    {
        await using var instance = await ExtraInstance.StartAsync(Stack, "9", Cancel, trusting: false);

        var log = await Eventually.HoldsAsync("it says that it cannot register", Limit, instance.LogAsync, static text => text.Contains("rag-9 keeps trying to register", StringComparison.Ordinal), static text => text, Cancel);

        // Those that trust it are registered within moments, as BalancingTests sees.
        Assert.DoesNotContain("is registered in Consul", log);
        Assert.IsFalse((await Stack.Consul.InstancesAsync("rag", Cancel)).Any(static e => e.Service.Id == "rag-9"));
    }
}
