using System.Text.Json.Nodes;

namespace XoeNovAi.Gateway.Tests;

/// <summary>What pages of other origins, and caches between, get to see.</summary>
[TestClass]
public sealed class CorsTests : GatewayTest
{
    private const string Allowed = "https://ui.test";
    private const string Key = "alice-0123456789abcdef";

    [TestMethod]
    [Scenario("GATE-06")]
    [DataRow("GET /x", null)]
    [DataRow("GET /x", "https://evil.test")]
    [DataRow("GET /x", "null")]
    [DataRow("GET /x", Allowed)]
    [DataRow("GET /vary", Allowed)]
    [DataRow("GET /vary", null)]
    [DataRow("GET /doubled", Allowed)]
    [DataRow("GET /health", Allowed)]
    [DataRow("OPTIONS /x", Allowed)]
    [DataRow("OPTIONS /x", "https://evil.test")]
    public async Task Every_answer_says_that_it_depends_on_the_origin(string request, string? origin)
    {
        await using var backend = await StartBackendAsync();
        await using var gateway = await TestGateway.StartAsync(Settings(backend));
        using var message = new HttpRequestMessage(new(request.Split(' ')[0]), request.Split(' ')[1]);
        message.Headers.TryAddWithoutValidation("Origin", origin);
        message.Headers.TryAddWithoutValidation("Access-Control-Request-Method", "POST");

        using var answer = await gateway.Client.SendAsync(message, Cancel);

        Assert.AreEqual(1, answer.Headers.Vary.Count(static name => name.Equals("Origin", StringComparison.OrdinalIgnoreCase)), string.Join('|', answer.Headers.Vary));
        Assert.AreEqual(origin == Allowed, answer.Headers.Contains("Access-Control-Allow-Origin"));
        if (request.Contains("vary", StringComparison.Ordinal))
        {
            CollectionAssert.IsSubsetOf((string[])["Accept", "Cookie"], answer.Headers.Vary.ToArray(), "the service's own stays");
        }
    }

    [TestMethod]
    [Scenario("GATE-06")]
    [DataRow("GET /a/%2e%2e/b HTTP/1.1\r\n", 400)]
    [DataRow("POST /x HTTP/1.1\r\nContent-Length: 999999999\r\n", 413)]
    [DataRow("POST /x HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n", 400)]
    [DataRow("POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n", 400)]
    [DataRow("GET /closed HTTP/1.1\r\n", 401)]
    [DataRow("GET /dead HTTP/1.1\r\n", 502)]
    [DataRow("GET /limited HTTP/1.1\r\n", 429)]
    [DataRow("GET /missing HTTP/1.1\r\n", 404)]
    public async Task An_allowed_page_can_read_every_error(string head, int status)
    {
        await using var backend = await StartBackendAsync();
        using var dead = SilentPort.Closed();
        var settings = Settings(backend);
        settings.Clusters["dead"] = TestSettings.ClusterOf(dead.Address);
        settings["Authorization"] = new JsonObject { ["holders"] = new JsonObject { ["Schemes"] = new JsonArray("ApiKey") } };
        settings["RateLimits"] = new JsonObject { ["none"] = new JsonObject { ["Requests"] = 1, ["Window"] = "01:00:00" } };
        settings["Authentication"] = new JsonObject { ["ApiKeys"] = new JsonObject { ["alice"] = Key } };
        settings.Routes["dead"] = TestSettings.RouteTo("dead", "/dead");
        settings.Routes["limited"] = TestSettings.RouteTo("test", "/limited");
        settings.Routes["limited"]!["RateLimiterPolicy"] = "none";
        settings.Routes["closed"] = TestSettings.RouteTo("test", "/closed");
        settings.Routes["closed"]!["AuthorizationPolicy"] = "holders";
        await using var gateway = await TestGateway.StartAsync(settings);
        using (await gateway.Client.GetAsync("/limited", Cancel))
        {
        }

        var answer = await RawHttp.SendAsync(gateway.Address, $"{head}Host: gateway\r\nOrigin: {Allowed}\r\nConnection: close\r\n\r\nno chunk\r\n", Cancel);

        Assert.AreEqual(status, answer.Status, answer.Body);
        Assert.AreEqual(Allowed, answer.Headers.GetValueOrDefault("Access-Control-Allow-Origin"));
        Assert.AreEqual("true", answer.Headers.GetValueOrDefault("Access-Control-Allow-Credentials"));
        Assert.AreEqual("Origin", answer.Headers.GetValueOrDefault("Vary"));
    }

    private static async Task<TestBackend> StartBackendAsync()
    {
        var backend = await TestBackend.StartAsync();
        backend.Answer = static context =>
        {
            context.Response.Headers.AccessControlAllowOrigin = "*";
            if (context.Request.Path == "/vary")
            {
                context.Response.Headers.Vary = new(["Accept", "Cookie"]);
            }
            else if (context.Request.Path == "/doubled")
            {
                context.Response.Headers.Vary = "origin, Accept";
            }
            else if (context.Request.Path == "/missing")
            {
                context.Response.StatusCode = 404;
            }

            return Task.CompletedTask;
        };
        return backend;
    }

    private static TestSettings Settings(TestBackend backend)
    {
        var settings = new TestSettings(backend);
        settings["Cors"] = new JsonObject { ["Default"] = new JsonObject { ["Origins"] = new JsonArray(Allowed), ["Credentials"] = true } };
        return settings;
    }
}
