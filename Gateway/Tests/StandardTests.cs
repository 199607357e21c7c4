using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Polly.CircuitBreaker;
using XoeNovAi.Gateway.Breakers;
using XoeNovAi.Gateway.Tests.Discovery;

namespace XoeNovAi.Gateway.Tests;

/// <summary>What YARP's section says means what YARP and ASP.NET Core mean by it.</summary>
[TestClass]
public sealed class StandardTests : GatewayTest
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    [TestMethod]
    [Scenario("GATE-08")]
    public async Task A_route_with_a_Timeout_answers_504_as_a_problem_and_charges_the_instance_with_it()
    {
        await using var backend = await TestBackend.StartAsync();
        backend.Answer = static context => Task.Delay(Timeout.Infinite, context.RequestAborted);
        var settings = new TestSettings(backend);
        settings.Route["Timeout"] = "00:00:00.3";
        settings["Breaker"] = new JsonObject { ["MinimumRequests"] = 2 };
        await using var gateway = await TestGateway.StartAsync(settings);

        for (var i = 0; i < 2; i++)
        {
            using var response = await gateway.Client.GetAsync("/x", Cancel);
            Assert.AreEqual(HttpStatusCode.GatewayTimeout, response.StatusCode);
            using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancel));
            Assert.AreEqual("test", problem.RootElement.GetProperty("service").GetString());
        }

        Assert.AreEqual(CircuitState.Open, gateway.Service<BreakerRegistry>().All.Single().State);
    }

    [TestMethod]
    [Scenario("FLT-01")]
    public async Task A_caller_that_is_still_sending_when_the_Timeout_ends_is_not_charged_to_the_instance()
    {
        await using var backend = await TestBackend.StartAsync();
        backend.Answer = static context => context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        var settings = new TestSettings(backend);
        settings.Route["Timeout"] = "00:00:00.3";
        settings["Breaker"] = new JsonObject { ["MinimumRequests"] = 2 };
        await using var gateway = await TestGateway.StartAsync(settings);

        for (var i = 0; i < 4; i++)
        {
            var answer = await RawHttp.SendAsync(gateway.Address, "POST /x HTTP/1.1\r\nHost: gateway\r\nContent-Length: 10\r\nConnection: close\r\n\r\nabc", Cancel);
            Assert.AreEqual(504, answer.Status, answer.Body);
        }

        Assert.IsTrue(gateway.Service<BreakerRegistry>().All.All(static breaker => breaker.State == CircuitState.Closed));
    }

    [TestMethod]
    [Scenario("GATE-01")]
    [DataRow("""[ { "PathPrefix": "/a" } ]""", "/a/x/y?b=c")]
    [DataRow("""[ { "PathSet": "/fixed" } ]""", "/fixed?b=c")]
    [DataRow("""[ { "PathRemovePrefix": "/x" }, { "PathPrefix": "/a" } ]""", "/a/y?b=c")]
    [DataRow("""[ { "QueryValueParameter": "d", "Append": "e" } ]""", "/x/y?b=c&d=e")]
    public async Task A_route_may_write_its_target_anew(string transforms, string seen)
    {
        await using var backend = await TestBackend.StartAsync();
        var settings = new TestSettings(backend);
        settings.Route["Match"]!["Path"] = "/x/{**rest}";
        settings.Route["Transforms"] = JsonNode.Parse(transforms);
        await using var gateway = await TestGateway.StartAsync(settings);

        using var response = await gateway.Client.GetAsync("/x/y?b=c", Cancel);

        Assert.AreEqual(HttpStatusCode.OK, response.StatusCode);
        Assert.AreEqual(seen, backend.Seen.Single().Target);
    }

    [TestMethod]
    [Scenario("GATE-06")]
    public async Task A_route_may_have_a_CORS_policy_of_its_own_or_none()
    {
        await using var backend = await TestBackend.StartAsync();
        var settings = new TestSettings(backend);
        settings["Cors"] = new JsonObject
        {
            ["Default"] = new JsonObject { ["Origins"] = new JsonArray("https://ui.test") },
            ["partners"] = new JsonObject { ["Origins"] = new JsonArray("https://partner.test") },
        };
        foreach (var (id, policy) in new[] { ("own", "partners"), ("none", "Disable") })
        {
            settings.Routes[id] = TestSettings.RouteTo("test", $"/{id}");
            settings.Routes[id]!["CorsPolicy"] = policy;
        }

        await using var gateway = await TestGateway.StartAsync(settings);

        Assert.IsTrue(await MayReadAsync(gateway, "/x", "https://ui.test"));
        Assert.IsFalse(await MayReadAsync(gateway, "/x", "https://partner.test"));
        Assert.IsTrue(await MayReadAsync(gateway, "/own", "https://partner.test"));
        Assert.IsFalse(await MayReadAsync(gateway, "/own", "https://ui.test"));
        Assert.IsFalse(await MayReadAsync(gateway, "/none", "https://ui.test"));
    }

    [TestMethod]
    [Scenario("GATE-14")]
    public async Task After_a_change_that_is_wrong_instances_are_still_followed()
    {
        await using var consul = await FakeConsul.StartAsync();
        await using var one = await TestBackend.StartAsync("one");
        await using var two = await TestBackend.StartAsync("two");
        consul.SetInstances(FakeConsul.Entry("one", one));
        var settings = new TestSettings(new Uri("http://test"));
        using var log = new LogLines();
        await using var gateway = await TestGateway.StartAsync(settings, $"--ConnectionStrings:consul={consul.Address}", "--Logging:LogLevel:Default=Information");
        gateway.Service<Microsoft.Extensions.Logging.ILoggerFactory>().AddProvider(log);
        await Eventually.HoldsAsync("one answers", Limit, token => gateway.Client.GetStringAsync("/x", token), static answer => answer == "one", static answer => answer, Cancel);

        settings.Route["RateLimiterPolicy"] = "none-such";
        gateway.Reconfigure(settings);
        await Eventually.HoldsAsync(
            "the change is refused", Limit, _ => Task.FromResult(log.Lines.Any(static line => line.Contains("none-such", StringComparison.Ordinal))), static refused => refused, static _ => "nothing logged", Cancel);
        consul.SetInstances(FakeConsul.Entry("two", two));

        await Eventually.HoldsAsync("two answers", Limit, token => gateway.Client.GetStringAsync("/x", token), static answer => answer == "two", static answer => answer, Cancel);
    }

    [TestMethod]
    [Scenario("GATE-14")]
    public async Task The_numbers_of_a_limit_change_while_the_gateway_runs()
    {
        await using var backend = await TestBackend.StartAsync();
        var settings = new TestSettings(backend);
        settings["RateLimits"] = new JsonObject { ["few"] = new JsonObject { ["Requests"] = 1, ["Window"] = "01:00:00" } };
        settings.Route["RateLimiterPolicy"] = "few";
        await using var gateway = await TestGateway.StartAsync(settings);
        Assert.AreEqual((200, 429), (await StatusAsync(gateway), await StatusAsync(gateway)));

        settings["RateLimits"]!["few"]!["Requests"] = 1000;
        gateway.Reconfigure(settings);

        await Eventually.HoldsAsync("the new number is in use", Limit, _ => StatusAsync(gateway), static status => status == 200, static status => $"{status}", Cancel);
    }

    private async Task<int> StatusAsync(TestGateway gateway)
    {
        using var response = await gateway.Client.GetAsync("/x", Cancel);
        return (int)response.StatusCode;
    }

    private async Task<bool> MayReadAsync(TestGateway gateway, string path, string origin)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Origin", origin);
        using var response = await gateway.Client.SendAsync(request, Cancel);
        return response.Headers.Contains("Access-Control-Allow-Origin");
    }
}
