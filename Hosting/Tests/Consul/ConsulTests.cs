using System.Net;
using System.Net.Http.Json;
using XoeNovAi.Hosting.Consul;
using XoeNovAi.Hosting.Podman.Images;

namespace XoeNovAi.Hosting.Tests.Consul;

/// <summary>Consul with access control, asked itself.</summary>
[TestClass]
public sealed class ConsulTests
{
    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Cancelled => TestContext.CancellationToken;

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task A_service_registers_itself_under_its_own_name_only_and_reads_its_keys()
    {
        ConsulResource consul = null!;
        await using var run = await PodmanApplication.StartAsync(
            builder =>
            {
                var server = builder.AddConsul("consul").WithSetupImage("consul", "1").WithAccessControl();
                consul = server.Resource;
                builder.AddScript("rag", "test -n \"$CONSUL_HTTP_TOKEN\" && curl -sf $ConnectionStrings__consul/v1/status/leader && sleep 600").WithReference(server).WithConsulToken(server, "rag").WaitFor(server);
                builder.AddSleeper("rag-2").WithConsulToken(server, "rag");
                server.WithReadableKeys("rag", "rag/");
            },
            Cancelled);
        await run.Application.ResourceNotifications.WaitForResourceHealthyAsync("consul", Cancelled);
        await run.Application.RunningAsync("rag", Cancelled);

        using var client = run.Application.CreateHttpClient("consul", "http");
        var management = (await consul.ManagementToken!.GetValueAsync(Cancelled))!;
        var token = (await consul.Tokens["rag"].GetValueAsync(Cancelled))!;
        Assert.HasCount(2, consul.TokenParameters, "Instances of one service share a token.");
        Assert.AreEqual(HttpStatusCode.OK, await PutAsync(client, token, "v1/agent/service/register", new { Name = "rag" }));
        Assert.AreEqual(HttpStatusCode.Forbidden, await PutAsync(client, token, "v1/agent/service/register", new { Name = "oikos" }));
        Assert.AreEqual(HttpStatusCode.Forbidden, await PutAsync(client, null, "v1/agent/service/register", new { Name = "rag" }));
        Assert.AreEqual(HttpStatusCode.OK, await PutAsync(client, management, "v1/kv/rag/key", "value"));
        Assert.AreEqual(HttpStatusCode.OK, await PutAsync(client, management, "v1/kv/oikos/key", "value"));
        Assert.AreEqual(HttpStatusCode.Forbidden, await PutAsync(client, token, "v1/kv/rag/key", "other"));
        Assert.AreEqual(HttpStatusCode.OK, await GetAsync(client, token, "v1/kv/rag/key"));
        Assert.AreNotEqual(HttpStatusCode.OK, await GetAsync(client, token, "v1/kv/oikos/key"));
        Assert.Contains("rag", await client.GetStringAsync("/v1/catalog/service/rag", Cancelled), "Anybody may look up services.");

        await run.Application.CommandAsync("consul", KnownResourceCommands.RestartCommand, Cancelled);
        await run.Application.RunningAsync("consul", Cancelled);
        await run.Application.ResourceNotifications.WaitForResourceHealthyAsync("consul", Cancelled);
        Assert.AreEqual(HttpStatusCode.OK, await PutAsync(client, token, "v1/agent/service/register", new { Name = "rag" }), "It is told the tokens again.");
    }

    [TestMethod]
    [Timeout(30_000, CooperativeCancellation = true)]
    public async Task A_token_that_is_given_is_used_and_one_that_consul_would_not_take_is_refused()
    {
        var given = Guid.NewGuid().ToString();
        Assert.AreEqual(given, await TokenOf($"--Parameters:consul-rag-token={given}").GetValueAsync(Cancelled));
        Assert.AreEqual(given, await TokenOf($"--Parameters:consul_rag_token={given}").GetValueAsync(Cancelled));
        Assert.IsTrue(Guid.TryParse(await TokenOf().GetValueAsync(Cancelled), out _));

        var refused = TokenOf("--Parameters:consul-rag-token=secret-word");
        var exception = await Assert.ThrowsAsync<DistributedApplicationException>(async () => await refused.GetValueAsync(Cancelled));
        Assert.Contains("Parameters:consul-rag-token is no token as Consul takes them", exception.Message);
        Assert.DoesNotContain("secret-word", exception.Message);
    }

    [TestMethod]
    public void Without_access_control_nothing_is_asked_for()
    {
        var builder = DistributedApplication.CreateBuilder([]);
        var consul = builder.AddConsul("consul", 8500);
        var service = builder.AddContainer("rag", "image").WithConsulToken(consul.WithReadableKeys("rag", "rag/"), "rag");

        Assert.IsNull(consul.Resource.ManagementToken);
        Assert.IsEmpty(consul.Resource.TokenParameters);
        Assert.IsEmpty(service.Resource.Annotations.OfType<EnvironmentCallbackAnnotation>());
        Assert.AreEqual(8500, consul.Resource.Annotations.OfType<EndpointAnnotation>().Single().Port);
    }

    private static ParameterResource TokenOf(params string[] arguments)
    {
        var builder = DistributedApplication.CreateBuilder(arguments);
        var consul = builder.AddConsul("consul").WithAccessControl();
        builder.AddContainer("rag", "image").WithConsulToken(consul, "rag");
        return consul.Resource.Tokens["rag"];
    }

    private Task<HttpStatusCode> PutAsync(HttpClient client, string? token, string path, object body) => AskAsync(client, HttpMethod.Put, token, path, JsonContent.Create(body, options: new() { PropertyNamingPolicy = null }));

    private Task<HttpStatusCode> GetAsync(HttpClient client, string token, string path) => AskAsync(client, HttpMethod.Get, token, path, null);

    private async Task<HttpStatusCode> AskAsync(HttpClient client, HttpMethod method, string? token, string path, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (token is not null)
        {
            request.Headers.Add("X-Consul-Token", token);
        }

        using var response = await client.SendAsync(request, Cancelled);
        return response.StatusCode;
    }
}
