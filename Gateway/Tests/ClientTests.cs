using System.Net;
using System.Text.Json.Nodes;

namespace XoeNovAi.Gateway.Tests;

/// <summary>Who calls: request ids, forwarded headers, origins, rate limits.</summary>
[TestClass]
public sealed class ClientTests : GatewayTest
{
    [TestMethod]
    [Scenario("GATE-10")]
    [DataRow("my-id.1_A", true)]
    [DataRow("a b", false)]
    [DataRow("<script>", false)]
    [DataRow("a,b", false)]
    [DataRow("", false)]
    public async Task A_request_id_is_kept_when_it_is_one_and_made_when_it_is_not(string id, bool kept)
    {
        await using var backend = await TestBackend.StartAsync();
        backend.Answer = static context =>
        {
            context.Response.Headers["X-Request-ID"] = "the-backends-own";
            return Task.CompletedTask;
        };
        await using var gateway = await TestGateway.StartAsync(backend);

        var answer = await RawHttp.SendAsync(gateway.Address, $"GET /x HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\nX-Request-ID: {id}\r\ntraceparent: 00-not-a-trace\r\n\r\n", Cancel);

        var given = answer.Headers["X-Request-ID"];
        Assert.AreEqual(kept, given == id);
        Assert.MatchesRegex("^[A-Za-z0-9._-]{1,128}$", given);
        Assert.AreEqual(given, backend.Seen.Single().Headers["X-Request-ID"], "caller and backend know the same");
        Assert.MatchesRegex("^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$", backend.Seen.Single().Headers["traceparent"]);
    }

    [TestMethod]
    [Scenario("GATE-10")]
    public async Task A_trace_goes_on_and_an_id_of_129_characters_does_not()
    {
        const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        await using var backend = await TestBackend.StartAsync();
        await using var gateway = await TestGateway.StartAsync(backend);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/x");
        request.Headers.Add("traceparent", $"00-{Trace}-00f067aa0ba902b7-01");
        request.Headers.Add("X-Request-ID", new string('a', 129));

        using var response = await gateway.Client.SendAsync(request, Cancel);

        Assert.Contains(Trace, backend.Seen.Single().Headers["traceparent"]);
        Assert.AreEqual(32, response.Headers.GetValues("X-Request-ID").Single().Length);
    }

    [TestMethod]
    [Scenario("GATE-11")]
    [DataRow(null, "127.0.0.1", "http", "gateway.test")]
    [DataRow("10.0.0.0/8", "127.0.0.1", "http", "gateway.test")]
    [DataRow("10.1.2.3", "127.0.0.1", "http", "gateway.test")]
    [DataRow("127.0.0.0/8", "203.0.113.9", "https", "outside.test")]
    [DataRow("127.0.0.1", "203.0.113.9", "https", "outside.test")]
    [DataRow("127.0.0.1", "203.0.113.9", "https", "outside.test", "::ffff:203.0.113.9")]
    public async Task Forwarded_headers_are_believed_only_of_trusted_proxies(string? trusted, string address, string scheme, string host, string said = "203.0.113.9")
    {
        await using var backend = await TestBackend.StartAsync();
        var settings = new TestSettings(backend);
        settings["Clients"] = new JsonObject { ["TrustedProxies"] = trusted is null ? [] : new JsonArray(trusted) };
        await using var gateway = await TestGateway.StartAsync(settings);

        await RawHttp.SendAsync(
            gateway.Address,
            $"GET /x HTTP/1.1\r\nHost: gateway.test\r\nConnection: close\r\nX-Forwarded-For: 198.51.100.1, {said}\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: outside.test\r\nX-Forwarded-Port: 1\r\nX-Forwarded-Prefix: /admin\r\nX-Real-IP: 198.51.100.1\r\nForwarded: for=198.51.100.1\r\nX-Original-URL: /admin\r\n\r\n",
            Cancel);

        var seen = backend.Seen.Single().Headers;
        Assert.AreEqual(address, seen["X-Forwarded-For"]);
        Assert.AreEqual(address, seen["X-Real-IP"]);
        Assert.AreEqual(scheme, seen["X-Forwarded-Proto"]);
        Assert.AreEqual(host, seen["X-Forwarded-Host"]);
        foreach (var name in (string[])["X-Forwarded-Port", "X-Forwarded-Prefix", "Forwarded", "X-Original-URL", "X-Original-For", "X-Original-Host", "X-Original-Proto"])
        {
            Assert.IsFalse(seen.ContainsKey(name), name);
        }
    }

    [TestMethod]
    [Scenario("GATE-06")]
    [DataRow("https://ui.test", true)]
    [DataRow("https://evil.test", false)]
    [DataRow("https://ui.test.evil.test", false)]
    [DataRow("http://ui.test", false)]
    [DataRow("null", false)]
    public async Task Only_listed_origins_may_read_answers(string origin, bool allowed)
    {
        await using var backend = await TestBackend.StartAsync();
        backend.Answer = static context =>
        {
            // What a careless backend says must not reach the browser.
            context.Response.Headers.AccessControlAllowOrigin = "*";
            context.Response.Headers.AccessControlAllowCredentials = "true";
            return Task.CompletedTask;
        };
        var settings = new TestSettings(backend);
        settings["Cors"] = new JsonObject { ["Default"] = new JsonObject { ["Origins"] = new JsonArray("https://ui.test", "https://other.test"), ["Credentials"] = true } };
        await using var gateway = await TestGateway.StartAsync(settings);

        using var request = new HttpRequestMessage(HttpMethod.Get, "/x");
        request.Headers.Add("Origin", origin);
        using var response = await gateway.Client.SendAsync(request, Cancel);
        using var preflight = new HttpRequestMessage(HttpMethod.Options, "/x");
        preflight.Headers.Add("Origin", origin);
        preflight.Headers.Add("Access-Control-Request-Method", "POST");
        preflight.Headers.Add("Access-Control-Request-Headers", "content-type");
        using var asked = await gateway.Client.SendAsync(preflight, Cancel);

        foreach (var answer in (HttpResponseMessage[])[response, asked])
        {
            Assert.AreEqual(allowed ? origin : null, answer.Headers.TryGetValues("Access-Control-Allow-Origin", out var values) ? values.Single() : null);
            Assert.AreEqual(allowed, answer.Headers.Contains("Access-Control-Allow-Credentials"));
        }

        Assert.AreEqual(HttpStatusCode.NoContent, asked.StatusCode);
        Assert.AreEqual(allowed, asked.Headers.Contains("Access-Control-Allow-Methods"));
        Assert.HasCount(1, backend.Seen, "the preflight is answered by the gateway");
    }

    [TestMethod]
    [Scenario("GATE-06")]
    public async Task All_origins_may_read_answers_without_credentials_only()
    {
        await using var backend = await TestBackend.StartAsync();
        var settings = new TestSettings(backend);
        settings["Cors"] = new JsonObject { ["Default"] = new JsonObject { ["Origins"] = new JsonArray("*") } };
        await using var gateway = await TestGateway.StartAsync(settings);

        using var request = new HttpRequestMessage(HttpMethod.Get, "/x");
        request.Headers.Add("Origin", "https://any.test");
        using var response = await gateway.Client.SendAsync(request, Cancel);

        Assert.AreEqual("*", response.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.IsFalse(response.Headers.Contains("Access-Control-Allow-Credentials"));
    }

    [TestMethod]
    [Scenario("GATE-06")]
    public async Task A_list_of_methods_and_headers_takes_the_place_of_the_default()
    {
        await using var backend = await TestBackend.StartAsync();
        var settings = new TestSettings(backend);
        settings["Cors"] = new JsonObject { ["Default"] = new JsonObject { ["Origins"] = new JsonArray("https://ui.test"), ["Methods"] = new JsonArray("GET"), ["Headers"] = new JsonArray("X-One") } };
        await using var gateway = await TestGateway.StartAsync(settings);
        using var preflight = new HttpRequestMessage(HttpMethod.Options, "/x");
        preflight.Headers.Add("Origin", "https://ui.test");
        preflight.Headers.Add("Access-Control-Request-Method", "GET");
        preflight.Headers.Add("Access-Control-Request-Headers", "x-one");

        using var answer = await gateway.Client.SendAsync(preflight, Cancel);

        Assert.AreEqual("GET", answer.Headers.GetValues("Access-Control-Allow-Methods").Single());
        Assert.AreEqual("X-One", answer.Headers.GetValues("Access-Control-Allow-Headers").Single());
    }

    [TestMethod]
    [Scenario("GATE-07")]
    public async Task A_client_above_its_limit_is_429_until_the_window_ends_and_others_are_not()
    {
        await using var backend = await TestBackend.StartAsync();
        var settings = new TestSettings(backend);
        settings.Route["RateLimiterPolicy"] = "few";
        settings["RateLimits"] = new JsonObject { ["few"] = new JsonObject { ["Requests"] = 3, ["Window"] = "00:00:02" } };
        settings["Authentication"] = new JsonObject { ["ApiKeys"] = new JsonObject { ["alice"] = "alice-0123456789abcdef", ["bob"] = "bob-0123456789abcdef" } };
        await using var gateway = await TestGateway.StartAsync(settings);

        for (var i = 0; i < 3; i++)
        {
            Assert.AreEqual(HttpStatusCode.OK, (await AskAsync(gateway, "alice-0123456789abcdef")).Status);
        }

        var (status, wait, problem) = await AskAsync(gateway, "alice-0123456789abcdef");
        Assert.AreEqual(HttpStatusCode.TooManyRequests, status);
        Assert.IsInRange(1, 2, wait!.Value.TotalSeconds);
        Assert.Contains("\"status\":429", problem);
        Assert.AreEqual(HttpStatusCode.OK, (await AskAsync(gateway, "bob-0123456789abcdef")).Status, "another key is another client");

        // Made-up keys all count for the address they come from.
        for (var i = 0; i < 3; i++)
        {
            Assert.AreEqual(HttpStatusCode.OK, (await AskAsync(gateway, $"made-up-{i}-0123456789")).Status);
        }

        Assert.AreEqual(HttpStatusCode.TooManyRequests, (await AskAsync(gateway, "made-up-4-0123456789")).Status);
        Assert.AreEqual(HttpStatusCode.OK, (await AskAsync(gateway, null, "/health")).Status, "the gateway's own endpoints have no limit");

        await Eventually.HoldsAsync("the window ends", TimeSpan.FromSeconds(4), async _ => (await AskAsync(gateway, "alice-0123456789abcdef")).Status, static s => s == HttpStatusCode.OK, static s => s.ToString(), Cancel);
    }

    private async Task<(HttpStatusCode Status, TimeSpan? RetryAfter, string Body)> AskAsync(TestGateway gateway, string? key, string target = "/x")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, target);
        if (key is not null)
        {
            request.Headers.Add("X-API-Key", key);
        }

        using var response = await gateway.Client.SendAsync(request, Cancel);
        return (response.StatusCode, response.Headers.RetryAfter?.Delta, await response.Content.ReadAsStringAsync(Cancel));
    }

    [TestMethod]
    [Scenario("GATE-07")]
    public async Task A_whole_64_of_IPv6_is_one_client()
    {
        await using var backend = await TestBackend.StartAsync();
        var settings = new TestSettings(backend);
        settings.Route["RateLimiterPolicy"] = "few";
        settings["RateLimits"] = new JsonObject { ["few"] = new JsonObject { ["Requests"] = 1, ["Window"] = "00:10:00" } };
        settings["Clients"] = new JsonObject { ["TrustedProxies"] = new JsonArray("127.0.0.0/8") };
        await using var gateway = await TestGateway.StartAsync(settings);

        Assert.AreEqual(200, await StatusFromAsync(gateway, "2001:db8:1:2::1"));
        Assert.AreEqual(429, await StatusFromAsync(gateway, "2001:db8:1:2:ffff:ffff:ffff:ffff"), "who has one address has all of them");
        Assert.AreEqual(200, await StatusFromAsync(gateway, "2001:db8:1:3::1"), "the neighbour");
    }

    private async Task<int> StatusFromAsync(TestGateway gateway, string address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { { "X-Forwarded-For", address } } };
        using var response = await gateway.Client.SendAsync(request, Cancel);
        return (int)response.StatusCode;
    }
}
