using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace XoeNovAi.Gateway.Tests;

/// <summary>The security headers on answers of every kind; those to hostile requests are checked with them.</summary>
[TestClass]
public sealed class SecurityHeaderTests : GatewayTest
{
    private const string Upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

    [TestMethod]
    [Scenario("GATE-05")]
    [DataRow(101, "GET", "/ws", Upgrade, ArgumentsDisplayName = "101 of a socket")]
    [DataRow(200, "GET", "/x", "", ArgumentsDisplayName = "200")]
    [DataRow(200, "HEAD", "/x", "", ArgumentsDisplayName = "200 without a body")]
    [DataRow(200, "GET", "/metrics", "", ArgumentsDisplayName = "200 of the gateway itself")]
    [DataRow(204, "GET", "/status/204", "", ArgumentsDisplayName = "204")]
    [DataRow(204, "OPTIONS", "/x", "Origin: https://ui.test\r\nAccess-Control-Request-Method: POST\r\n", ArgumentsDisplayName = "204 of a preflight")]
    [DataRow(302, "GET", "/status/302", "", ArgumentsDisplayName = "302")]
    [DataRow(304, "GET", "/status/304", "", ArgumentsDisplayName = "304")]
    [DataRow(401, "GET", "/secret", "", ArgumentsDisplayName = "401")]
    [DataRow(404, "GET", "/status/404", "", ArgumentsDisplayName = "404")]
    [DataRow(408, "POST", "/x", "Content-Length: 100000\r\n", ArgumentsDisplayName = "408")]
    [DataRow(429, "GET", "/limited", "", ArgumentsDisplayName = "429")]
    [DataRow(500, "GET", "/status/500", "", ArgumentsDisplayName = "500")]
    [DataRow(502, "POST", "/dead", "Content-Length: 0\r\n", ArgumentsDisplayName = "502")]
    [DataRow(503, "GET", "/nobody", "", ArgumentsDisplayName = "503")]
    [DataRow(504, "GET", "/slow", "", ArgumentsDisplayName = "504")]
    public async Task An_answer_has_the_security_headers_and_no_server(int status, string method, string target, string headers)
    {
        await using var backend = await TestBackend.StartAsync(map: static app => app.Map("/ws", CloseAsync));
        backend.Answer = AnswerAsync;
        using var dead = SilentPort.Closed();
        await using var gateway = await TestGateway.StartAsync(Settings(backend, dead));
        var connection = headers.Contains("Connection:", StringComparison.Ordinal) ? string.Empty : "Connection: close\r\n";

        var answer = await RawHttp.SendAsync(gateway.Address, $"{method} {target} HTTP/1.1\r\nHost: gateway\r\n{connection}{headers}\r\n", Cancel);
        if (status == 429)
        {
            Assert.AreEqual(200, answer.Status, "the first is within the limit");
            answer = await RawHttp.SendAsync(gateway.Address, $"{method} {target} HTTP/1.1\r\nHost: gateway\r\n{connection}\r\n", Cancel);
        }

        Assert.AreEqual(status, answer.Status, answer.Body);
        SecurityHeaders.Check(answer);
    }

    // What a backend says of these itself must not survive.
    private static async Task AnswerAsync(HttpContext context)
    {
        context.Response.Headers.XFrameOptions = "ALLOWALL";
        context.Response.Headers["Referrer-Policy"] = "unsafe-url";
        if (context.Request.Path == "/slow")
        {
            await new TaskCompletionSource().Task.WaitAsync(context.RequestAborted);
        }

        context.Response.StatusCode = context.Request.Path.StartsWithSegments("/status", out var status)
            ? int.Parse(status.Value![1..], System.Globalization.CultureInfo.InvariantCulture)
            : 200;
    }

    private static async Task CloseAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
    }

    private static TestSettings Settings(TestBackend backend, SilentPort dead)
    {
        var settings = new TestSettings(backend);
        foreach (var (id, cluster) in new[] { ("secret", "test"), ("limited", "test"), ("slow", "test"), ("dead", "dead"), ("nobody", "nobody") })
        {
            settings.Routes[id] = TestSettings.RouteTo(cluster, $"/{id}");
        }

        settings.Routes["secret"]!["AuthorizationPolicy"] = "holders";
        settings.Routes["limited"]!["RateLimiterPolicy"] = "one";
        settings.Routes["slow"]!["Metadata"] = new JsonObject { ["ResponseTimeout"] = "00:00:00.3" };
        settings.Clusters["dead"] = TestSettings.ClusterOf(dead.Address);
        settings.Clusters["nobody"] = TestSettings.ClusterOf(new Uri("http://nobody"));
        settings["Authorization"] = new JsonObject { ["holders"] = new JsonObject { ["Schemes"] = new JsonArray("ApiKey") } };
        settings["Authentication"] = new JsonObject { ["ApiKeys"] = new JsonObject { ["alice"] = "alice-0123456789abcdef" } };
        settings["RateLimits"] = new JsonObject { ["one"] = new JsonObject { ["Requests"] = 1, ["Window"] = "00:10:00" } };
        settings["Cors"] = new JsonObject { ["Default"] = new JsonObject { ["Origins"] = new JsonArray("https://ui.test") } };
        return settings;
    }
}
