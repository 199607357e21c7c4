using System.Text;

namespace XoeNovAi.Gateway.Tests;

/// <summary>What callers send does not become labels: who sends ever new values must not fill the memory of those who count.</summary>
[TestClass]
public sealed class MetricSeriesTests : GatewayTest
{
    private const int Callers = 200;

    private const string Metrics = "/metrics";

    [TestMethod]
    [Scenario("FLT-07")]
    public async Task The_number_of_series_does_not_depend_on_what_callers_send()
    {
        await using var backend = await TestBackend.StartAsync();
        await using var gateway = await TestGateway.StartAsync(backend);

        // Once of each kind: what the kinds themselves add is no matter.
        await SendAsync(gateway, 0);
        var before = await SeriesAsync(gateway);
        for (var caller = 1; caller <= Callers; caller++)
        {
            await SendAsync(gateway, caller);
        }

        var after = await SeriesAsync(gateway);
        Assert.HasCount(6 * (Callers + 1), backend.Begun, "every one of them was forwarded");
        var added = after.Except(before).ToList();
        Assert.IsEmpty(added, $"{added.Count} new series, such as {added.FirstOrDefault()}");
        Assert.IsEmpty(after.Where(static series => series.Contains("caller", StringComparison.OrdinalIgnoreCase)).ToList(), "what callers sent can be read from /metrics");
    }

    // What callers choose: host with and without port, method, path and query, version, headers that name them.
    private async Task SendAsync(TestGateway gateway, int caller)
    {
        string[] requests =
        [
            $"GET /x HTTP/1.1\r\nHost: caller-{caller}.example\r\nConnection: close\r\n\r\n",
            $"GET /x HTTP/1.1\r\nHost: caller.example:{20000 + caller}\r\nConnection: close\r\n\r\n",
            $"GET http://caller-{caller}.example/absolute HTTP/1.1\r\nHost: caller-{caller}.example\r\nConnection: close\r\n\r\n",
            $"CALLER{caller} /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
            $"GET /caller/{caller}?caller={caller} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
            $"GET /x HTTP/1.0\r\nHost: a\r\nX-API-Key: caller-{caller}\r\nX-Forwarded-Host: caller-{caller}\r\nX-Forwarded-Proto: caller{caller}\r\nUser-Agent: caller-{caller}\r\n\r\n",
        ];
        foreach (var request in requests)
        {
            var answer = await RawHttp.SendAsync(gateway.Address, request, Cancel);
            Assert.AreEqual(200, answer.Status, request);
        }
    }

    private async Task<HashSet<string>> SeriesAsync(TestGateway gateway)
    {
        // Not by a client of this process, which would be counted as one of the gateway's; and the question itself is not.
        var answer = await RawHttp.SendAsync(gateway.Address, $"GET {Metrics} HTTP/1.0\r\nHost: a\r\n\r\n", Cancel);
        var samples = PrometheusText.Parse(answer.Body);
        return [.. samples.Where(static sample => sample.Labels.GetValueOrDefault("http_route") != Metrics).Select(static sample => sample.Labels
            .OrderBy(static label => label.Key, StringComparer.Ordinal)
            .Aggregate(new StringBuilder(sample.Name), static (series, label) => series.Append($" {label.Key}={label.Value}")).ToString())];
    }
}
