using System.Globalization;
using System.Text.Json.Nodes;

namespace XoeNovAi.Gateway.Tests;

/// <summary>What is counted, and that callers do not decide by what name.</summary>
[TestClass]
public sealed class MetricsTests : GatewayTest
{
    [TestMethod]
    [Scenario("FLT-07")]
    [DataRow("Host", "GET /x HTTP/1.1\r\nHost: {0}.test\r\n")]
    [DataRow("port", "GET /x HTTP/1.1\r\nHost: gateway:{0}\r\n")]
    [DataRow("Host of an upload", "POST /x HTTP/1.1\r\nHost: {0}.test\r\nContent-Length: 0\r\n")]
    [DataRow("Host of what is refused", "GET /%2e%2e/x HTTP/1.1\r\nHost: {0}.test\r\n")]
    [DataRow("method", "M{0} /x HTTP/1.1\r\nHost: gateway\r\n")]
    [DataRow("path", "GET /x/{0} HTTP/1.1\r\nHost: gateway\r\n")]
    [DataRow("absolute target", "GET http://{0}.test/x HTTP/1.1\r\nHost: {0}.test\r\n")]
    [DataRow("key", "GET /x HTTP/1.1\r\nHost: gateway\r\nX-API-Key: made-up-{0}\r\n")]
    [DataRow("forwarded", "GET /x HTTP/1.1\r\nHost: gateway\r\nX-Forwarded-Host: {0}.test\r\nX-Forwarded-Proto: p{0}\r\n")]
    [DataRow("version", "GET /x HTTP/1.{0}\r\nHost: gateway\r\n")]
    [DataRow("user agent", "GET /x HTTP/1.1\r\nHost: gateway\r\nUser-Agent: a{0}\r\nTraceparent: 00-{0}\r\nTracestate: a={0}\r\nBaggage: k{0}=v\r\n")]
    [DataRow("socket", "GET /x HTTP/1.1\r\nHost: {0}.test\r\nConnection: Upgrade\r\nUpgrade: p{0}\r\n")]
    public async Task The_series_do_not_depend_on_what_callers_send(string what, string request)
    {
        await using var backend = await TestBackend.StartAsync();
        await using var gateway = await TestGateway.StartAsync(backend);

        // Each label may have its few values: after all of them are there, nothing more may come.
        await AskAsync(gateway, request, 1000, 3);
        var before = await SeriesAsync(gateway);
        await AskAsync(gateway, request, 2000, 30);
        var after = await SeriesAsync(gateway);

        var added = string.Join('\n', after.Except(before));
        Assert.IsEmpty(added, $"{what}: {added}");
    }

    [TestMethod]
    [Scenario("FLT-07")]
    public async Task The_series_do_not_depend_on_the_address_callers_come_to()
    {
        await using var backend = await TestBackend.StartAsync();
        await using var gateway = await TestGateway.StartAsync(new TestSettings(backend), "--urls=http://0.0.0.0:0");
        var before = await AddressAsync(1);
        var after = await AddressAsync(20);

        Assert.IsEmpty(string.Join('\n', after.Except(before)));

        async Task<IReadOnlyList<string>> AddressAsync(int addresses)
        {
            for (var i = 1; i <= addresses; i++)
            {
                await RawHttp.SendAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.1.{i}:{gateway.Address.Port}/")), "GET /x HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n", Cancel);
            }

            return await SeriesAsync(gateway);
        }
    }

    [TestMethod]
    [Scenario("GATE-07")]
    public async Task What_is_refused_by_a_limit_is_counted()
    {
        await using var backend = await TestBackend.StartAsync();
        var settings = new TestSettings(backend);
        settings.Route["RateLimiterPolicy"] = "few";
        settings["RateLimits"] = new JsonObject { ["few"] = new JsonObject { ["Requests"] = 2, ["Window"] = "01:00:00" } };
        await using var gateway = await TestGateway.StartAsync(settings);
        for (var i = 0; i < 5; i++)
        {
            using var response = await gateway.Client.GetAsync("/x", Cancel);
        }

        var samples = PrometheusText.Parse(await gateway.Client.GetStringAsync("/metrics", Cancel));
        var refused = samples.Single(static sample => sample.Name == "gateway_rate_limited_total");
        Assert.AreEqual(3, refused.Value);
        Assert.AreEqual("test", refused.Labels["service"]);
    }

    private async Task AskAsync(TestGateway gateway, string request, int first, int times)
    {
        for (var i = first; i < first + times; i++)
        {
            await RawHttp.SendAsync(gateway.Address, string.Create(CultureInfo.InvariantCulture, $"{request.Replace("{0}", $"{i}", StringComparison.Ordinal)}Connection: close\r\n\r\n"), Cancel);
        }
    }

    // A scrape is kept for a moment: one that differs from the first was made after it, and so has all that was counted before.
    private async Task<IReadOnlyList<string>> SeriesAsync(TestGateway gateway)
    {
        var metrics = new Uri($"http://127.0.0.1:{gateway.Address.Port}/metrics");
        var first = await gateway.Client.GetStringAsync(metrics, Cancel);
        return Series(await Eventually.HoldsAsync("the metrics are made anew", TimeSpan.FromSeconds(10), token => gateway.Client.GetStringAsync(metrics, token), text => text != first, static _ => "the same", Cancel));
    }

    // Buckets and the rest of one series come and go together. How long connections lasted is counted when one ends, also of this process' own
    // clients: that may be at any moment, and is no series of a caller's as long as it names no server.
    private static IReadOnlyList<string> Series(string text) =>
        [.. PrometheusText.Parse(text).Where(static sample => !sample.Name.EndsWith("_bucket", StringComparison.Ordinal) && !sample.Name.StartsWith("dotnet", StringComparison.Ordinal)
            && !(sample.Name.StartsWith("http_client_connection_duration", StringComparison.Ordinal) && !sample.Labels.Keys.Any(static label => label.StartsWith("server", StringComparison.Ordinal))))
            .Select(static sample => $"{sample.Name} {string.Join(',', sample.Labels.Select(static label => $"{label.Key}={label.Value}").Order(StringComparer.Ordinal))}")];
}
