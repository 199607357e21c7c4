using System.Globalization;
using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;

namespace XoeNovAi.IntegrationTests.Gateway;

/// <summary>Policies through a gateway of the test's own in the stack; their many cases are in Gateway/Tests.</summary>
[TestClass]
public sealed class PolicyTests : StackTest
{
    private const string Key = "integration-0123456789abcdef";
    private const string Target = "/xnai/api/v1/who";

    protected override IReadOnlyList<string> Touches => ["gateway", "consul", "rag-1"];

    [TestMethod]
    [Scenario("GATE-12")]
    public async Task A_key_of_Consul_switches_maintenance_on_and_off()
    {
        await using var gateway = await StartAsync(new() { ["Gateway__Maintenance__Key"] = "xnai/gateway/tests/maintenance" });
        await gateway.AnswersAsync(Target, 200, Cancel);

        await using (await Stack.Consul.PutKeyAsync("xnai/gateway/tests/maintenance", "on", Cancel))
        {
            await gateway.AnswersAsync(Target, 503, Cancel);
            using var response = await gateway.Client.GetAsync(Target, Cancel);
            Assert.AreEqual(30, response.Headers.RetryAfter!.Delta!.Value.TotalSeconds);
            Assert.Contains("maintenance", await response.Content.ReadAsStringAsync(Cancel));
            Assert.Contains("healthy", await gateway.Client.GetStringAsync("/health", Cancel));
            Assert.Contains("gateway_maintenance", await gateway.Client.GetStringAsync("/metrics", Cancel));
        }

        await gateway.AnswersAsync(Target, 200, Cancel);
    }

    [TestMethod]
    [Scenario("GATE-07")]
    public async Task A_container_above_its_limit_is_429_and_its_neighbour_is_not()
    {
        await using var gateway = await StartAsync(new()
        {
            ["Gateway__RateLimits__few__Requests"] = "3",
            ["Gateway__RateLimits__few__Window"] = "00:01:00",
            ["ReverseProxy__Routes__rag__RateLimiterPolicy"] = "few",
        });
        var statuses = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            statuses.Add(await StatusFromAsync("rag-1"));
        }

        Assert.AreEqual("429", statuses[^1], string.Join(", ", statuses));
        Assert.HasCount(3, statuses.Where(static s => s != "429").ToList(), string.Join(", ", statuses));
        Assert.AreNotEqual("429", await StatusFromAsync("rag-2"), "another address is another client");

        async Task<string> StatusFromAsync(string resource)
            => (await Stack.HttpGetFromAsync(resource, gateway.NetworkAddress, 8000, Target, Cancel)).Split(' ')[1];
    }

    [TestMethod]
    [Scenario("SEC-01")]
    public async Task A_route_that_asks_for_a_key_lets_nobody_through_without_it()
    {
        await using var gateway = await StartAsync(new()
        {
            ["ReverseProxy__Routes__rag__AuthorizationPolicy"] = "holders",
            ["Gateway__Authorization__holders__Schemes__0"] = "ApiKey",
            ["Gateway__Authentication__ApiKeys__suite"] = "sha256:" + Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Key))),
        });
        await gateway.AnswersAsync(Target, 401, Cancel);

        var answers = new List<HttpStatusCode>();
        foreach (var key in (string[])[Key, Key + "x"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Target);
            request.Headers.Add("X-API-Key", key);
            request.Headers.Add("X-Auth-Subject", "root");
            using var response = await gateway.Client.SendAsync(request, Cancel);
            answers.Add(response.StatusCode);
            if (response.StatusCode == HttpStatusCode.OK)
            {
                var seen = await response.Content.ReadAsStringAsync(Cancel);
                Assert.Contains("\"X-Auth-Subject\":\"suite\"", seen);
                Assert.DoesNotContain(Key, seen);
            }
        }

        CollectionAssert.AreEqual(new[] { HttpStatusCode.OK, HttpStatusCode.Unauthorized }, answers);
    }

    [TestMethod]
    [Scenario("GATE-06")]
    public async Task Only_the_listed_origin_may_read_answers()
    {
        await using var gateway = await StartAsync(new() { ["Gateway__Cors__Default__Origins__0"] = "https://ui.test" });
        await gateway.AnswersAsync(Target, 200, Cancel);
        foreach (var origin in (string[])["https://ui.test", "https://evil.test", "null"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Target);
            request.Headers.Add("Origin", origin);
            using var response = await gateway.Client.SendAsync(request, Cancel);
            Assert.AreEqual(origin == "https://ui.test", response.Headers.Contains("Access-Control-Allow-Origin"), origin);
        }
    }

    [TestMethod]
    [Scenario("GATE-04")]
    [Scenario("GATE-08")]
    [Scenario("GATE-09")]
    public async Task A_service_that_is_too_slow_is_504_then_given_a_pause_and_asked_again()
    {
        await using var gateway = await StartAsync(new()
        {
            ["Gateway__ResponseTimeout"] = "00:00:00.5",
            ["Gateway__Breaker__MinimumRequests"] = "2",
            ["Gateway__Breaker__Break"] = "00:00:01",
        });
        await gateway.AnswersAsync("/docs/who", 200, Cancel);
        await using (await Stack.Faults.SetAsync("mkdocs", "delay_ms=3000&path=/who", Cancel))
        {
            await gateway.AnswersAsync("/docs/who", 504, Cancel);
            await gateway.AnswersAsync("/docs/who", 503, Cancel);
            var states = (await gateway.Client.GetStringAsync("/metrics", Cancel)).Split('\n').Where(static line => line.StartsWith("gateway_breaker_state{", StringComparison.Ordinal) && line.Contains("service=\"mkdocs\"", StringComparison.Ordinal)).ToList();
            Assert.HasCount(1, states);
            Assert.Contains("} 2", states[0]);
        }

        await gateway.AnswersAsync("/docs/who", 200, Cancel);
    }

    [TestMethod]
    [Scenario("GATE-02")]
    [Scenario("GATE-10")]
    [Scenario("GATE-11")]
    public async Task Method_body_and_request_id_arrive_and_spoofed_addresses_do_not()
    {
        var length = 100 * 1024 * 1024;
        using var request = new HttpRequestMessage(HttpMethod.Put, Target) { Content = new ByteArrayContent(new byte[length]) };
        request.Headers.Add("X-Request-ID", "suite-1");
        request.Headers.Add("X-Forwarded-For", "203.0.113.9");
        request.Headers.Add("X-Real-IP", "203.0.113.9");
        using var response = await Stack.Gateway.SendAsync(request, Cancel);
        var seen = await response.Content.ReadAsStringAsync(Cancel);

        Assert.AreEqual(HttpStatusCode.OK, response.StatusCode, seen);
        Assert.AreEqual("suite-1", response.Headers.GetValues("X-Request-ID").Single());
        Assert.Contains("\"method\":\"PUT\"", seen);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"\"body_length\":{length}"), seen);
        Assert.Contains("\"X-Request-ID\":\"suite-1\"", seen);
        Assert.DoesNotContain("203.0.113.9", seen);
    }

    [TestMethod]
    [Scenario("GATE-16")]
    [Scenario("GATE-17")]
    public async Task An_error_and_what_was_negotiated_are_the_services_own()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/xnai/api/v1/query") { Content = new StringContent("{", Encoding.UTF8, "application/json") };
        request.Headers.Add("Accept-Encoding", "identity;q=0.5, gzip");
        using var response = await Stack.Gateway.SendAsync(request, Cancel);
        using var direct = Stack.CreateClient("rag-1");
        using var asked = await direct.PostAsync("/xnai/api/v1/query", new StringContent("{", Encoding.UTF8, "application/json"), Cancel);
        var echo = await Stack.Gateway.SendAsync(new(HttpMethod.Get, Target) { Headers = { { "Accept", "text/x;q=0.3" }, { "If-None-Match", "\"1\"" } } }, Cancel);
        var seen = await echo.Content.ReadAsStringAsync(Cancel);

        Assert.AreEqual(asked.StatusCode, response.StatusCode);
        Assert.AreEqual(asked.Content.Headers.ContentType, response.Content.Headers.ContentType);
        Assert.Contains("error_code", await response.Content.ReadAsStringAsync(Cancel));
        Assert.Contains("text/x;q=0.3", seen.Replace(" ", string.Empty, StringComparison.Ordinal));
        Assert.Contains("If-None-Match", seen);
    }

    [TestMethod]
    [Scenario("GATE-13")]
    [Scenario("GATE-18")]
    public async Task A_smuggled_request_is_refused_and_metrics_count_it()
    {
        var answer = await RawHttp.SendAsync(
            Stack.GatewayAddress, $"POST {Target} HTTP/1.1\r\nHost: gateway\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET {Target} HTTP/1.1\r\nHost: gateway\r\n\r\n", Cancel);

        Assert.AreEqual(400, answer.Status, answer.Body);
        Assert.DoesNotContain("HTTP/1.1 200", answer.Body, "what was hidden in the body is not answered");
        Assert.Contains("http_response_status_code=\"400\"", await Stack.Gateway.GetStringAsync("/metrics", Cancel));
        Assert.AreEqual("""{"status":"healthy"}""", await Stack.Gateway.GetStringAsync("/health", Cancel));
    }

    [TestMethod]
    [Scenario("GATE-15")]
    [DataRow("1.1")]
    [DataRow("2.0")]
    public async Task The_TLS_endpoint_has_a_certificate_of_the_runs_authority(string version)
    {
        var authority = await Stack.AuthorityAsync(Cancel);
        using var client = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, errors) => certificate is not null && Stack.IsTrusted(authority, certificate, errors) },
        });
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Stack.Application.GetEndpoint("gateway", "https"), Target))
        {
            Version = Version.Parse(version),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };

        using var response = await client.SendAsync(request, Cancel);

        Assert.AreEqual(HttpStatusCode.OK, response.StatusCode);
        Assert.AreEqual(Version.Parse(version), response.Version);
        Assert.Contains("\"X-Forwarded-Proto\":\"https\"", await response.Content.ReadAsStringAsync(Cancel));
    }

    [TestMethod]
    [Scenario("GATE-15")]
    [Scenario("STRM-04")]
    [DataRow("1.1")]
    [DataRow("2.0")]
    public async Task A_room_is_entered_over_TLS_by_both_versions_of_HTTP(string version)
    {
        var authority = await Stack.AuthorityAsync(Cancel);
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, errors) => certificate is not null && Stack.IsTrusted(authority, certificate, errors) },
        });
        using var socket = new ClientWebSocket();
        socket.Options.HttpVersion = Version.Parse(version);
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        var address = new UriBuilder(Stack.Application.GetEndpoint("gateway", "https")) { Scheme = "wss", Path = $"/xnai/api/v1/ws/room-{Guid.NewGuid():n}/alice" };

        await socket.ConnectAsync(address.Uri, invoker, Cancel);
        Assert.Contains("\"type\":\"connected\"", await ReceiveAsync(socket));
        await socket.SendAsync("""{"type":"ping"}"""u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, Cancel);
        Assert.Contains("\"type\":\"pong\"", await ReceiveAsync(socket));
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Cancel);
    }

    private async Task<string> ReceiveAsync(ClientWebSocket socket)
    {
        var buffer = new byte[4096];
        var received = await socket.ReceiveAsync(buffer.AsMemory(), Cancel);
        return Encoding.UTF8.GetString(buffer, 0, received.Count);
    }

    private Task<ExtraGateway> StartAsync(Dictionary<string, string> settings) => ExtraGateway.StartAsync(Stack, settings, Cancel);
}
