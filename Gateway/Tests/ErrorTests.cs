using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Testing;
using XoeNovAi.Gateway.Errors;

namespace XoeNovAi.Gateway.Tests;

/// <summary>Errors pass as they are, and the gateway's own tell nothing of its inside.</summary>
[TestClass]
public sealed class ErrorTests : GatewayTest
{
    private const string Key = "alice-0123456789abcdef";

    [TestMethod]
    [Scenario("GATE-17")]
    [DataRow(400)]
    [DataRow(401)]
    [DataRow(403)]
    [DataRow(404)]
    [DataRow(409)]
    [DataRow(413)]
    [DataRow(422)]
    [DataRow(429)]
    [DataRow(500)]
    [DataRow(503)]
    public async Task An_error_of_a_backend_passes_unchanged_however_often(int status)
    {
        await using var backend = await TestBackend.StartAsync();
        var body = $$"""{"error_code":"E{{status}}","message":"as the backend says it"}""";
        backend.Answer = context =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = "application/json";
            context.Response.Headers.RetryAfter = "7";
            return context.Response.WriteAsync(body);
        };
        await using var gateway = await TestGateway.StartAsync(backend);

        // More than the breaker and the health policy need to act.
        for (var i = 0; i < 30; i++)
        {
            using var request = Secretive();
            using var response = await gateway.Client.SendAsync(request, Cancel);

            Assert.AreEqual(status, (int)response.StatusCode);
            Assert.AreEqual(body, await response.Content.ReadAsStringAsync(Cancel));
            Assert.AreEqual("7", response.Headers.RetryAfter!.ToString());
            await LeaksNothingAsync(response, backend.Address.Port);
        }

        Assert.HasCount(30, backend.Seen, "and is not asked again");
    }

    [TestMethod]
    [Scenario("GATE-17")]
    [DataRow(400)]
    [DataRow(401)]
    [DataRow(403)]
    [DataRow(413)]
    [DataRow(429)]
    [DataRow(502)]
    [DataRow(503)]
    [DataRow(504)]
    public async Task What_goes_wrong_in_the_gateway_tells_nothing_of_its_inside(int status)
    {
        await using var backend = await TestBackend.StartAsync();
        backend.Answer = static context => new TaskCompletionSource().Task.WaitAsync(context.RequestAborted);
        using var dead = SilentPort.Closed();
        var settings = new TestSettings(backend);
        settings["MaximumBodyBytes"] = 1000;
        settings["ResponseTimeout"] = "00:00:00.3";
        settings["Authorization"] = new JsonObject { ["some"] = new JsonObject { ["Schemes"] = new JsonArray("ApiKey", "Bearer") } };
        using var request = Secretive();
        switch (status)
        {
            case 401:
                settings.Route["AuthorizationPolicy"] = "some";
                break;
            case 403:
                settings.Route["AuthorizationPolicy"] = "some";
                settings["Authorization"]!["some"]!["Scope"] = "all";
                request.Headers.Remove("X-API-Key");
                request.Headers.Add("X-API-Key", Key);
                break;
            case 413:
                request.Method = HttpMethod.Post;
                request.Content = new ByteArrayContent(new byte[1001]);
                break;
            case 429:
                settings.Route["RateLimiterPolicy"] = "few";
                settings["RateLimits"] = new JsonObject { ["few"] = new JsonObject { ["Requests"] = 1, ["Window"] = "00:10:00" } };
                break;
            case 502:
                settings.Routes["test"]!["ClusterId"] = "dead";
                settings.Clusters.Remove("test");
                settings.Clusters["dead"] = TestSettings.ClusterOf(dead.Address);
                break;
            case 503:
                settings.Cluster["Destinations"] = TestSettings.ClusterOf(new Uri("http://nobody"))["Destinations"]!.DeepClone();
                break;
        }

        settings["Authentication"] = new JsonObject { ["ApiKeys"] = new JsonObject { ["alice"] = Key } };
        await using var gateway = await TestGateway.StartAsync(settings);
        if (status == 400)
        {
            request.RequestUri = new Uri($"{gateway.Address}%2e%2e/x?token=tell-me", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        }
        else if (status == 429)
        {
            using var first = Secretive();
            using var within = await gateway.Client.SendAsync(first, Cancel);
            Assert.AreEqual(HttpStatusCode.GatewayTimeout, within.StatusCode);
        }

        using var response = await gateway.Client.SendAsync(request, Cancel);

        Assert.AreEqual(status, (int)response.StatusCode);
        Assert.AreEqual("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        await LeaksNothingAsync(response, backend.Address.Port, dead.Address.Port);
    }

    [TestMethod]
    [Scenario("GATE-17")]
    public async Task What_nobody_foresaw_is_a_500_that_tells_nothing_of_it()
    {
        var context = new DefaultHttpContext { TraceIdentifier = "id-1", Response = { Body = new MemoryStream() } };
        var log = new FakeLogger<ErrorMiddleware>();

        await new ErrorMiddleware(static _ => throw new InvalidOperationException("tell-me of /app/secret.cs"), log).InvokeAsync(context);

        Assert.AreEqual(500, context.Response.StatusCode);
        Assert.AreEqual("application/problem+json", context.Response.ContentType);
        context.Response.Body.Position = 0;
        using var problem = await JsonDocument.ParseAsync(context.Response.Body, cancellationToken: Cancel);
        CollectionAssert.AreEquivalent((string[])["type", "title", "status", "detail", "request_id"], problem.RootElement.EnumerateObject().Select(static p => p.Name).ToArray());
        foreach (var told in (string[])["tell-me", "InvalidOperation", "secret.cs", "   at "])
        {
            Assert.DoesNotContain(told, problem.RootElement.GetRawText());
        }

        Assert.Contains("tell-me", log.LatestRecord.Exception!.Message, "Who looks after the gateway is told.");
    }

    private static HttpRequestMessage Secretive() => new(HttpMethod.Get, "/x?token=tell-me")
    {
        Headers = { { "X-API-Key", "tell-me-not-0123456789" }, { "Authorization", "Bearer tell-me" }, { "Cookie", "session=tell-me" } },
    };

    private async Task LeaksNothingAsync(HttpResponseMessage response, params int[] ports)
    {
        var text = $"{response.Headers}{response.Content.Headers}{await response.Content.ReadAsStringAsync(Cancel)}";
        string[] inside = ["127.0.0.1", "localhost", "Exception", "   at ", "/root", "/work", "/home", "/app", ".cs", "tell-me", "Yarp", "Kestrel", "Microsoft", Key];
        foreach (var told in inside.Concat(ports.Select(static port => port.ToString(System.Globalization.CultureInfo.InvariantCulture))))
        {
            Assert.DoesNotContain(told, text, $"a {(int)response.StatusCode}");
        }
    }
}
