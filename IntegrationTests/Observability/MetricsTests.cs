namespace XoeNovAi.IntegrationTests.Observability;

/// <summary>The gateway's metrics, read by Prometheus' own parser.</summary>
[TestClass]
[TestCategory("Quick")]
public sealed class MetricsTests : StackTest
{
    private const string Duration = "http_server_request_duration_seconds";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    protected override IReadOnlyList<string> Touches => ["gateway"];

    [TestMethod]
    [Scenario("GATE-13")]
    [Scenario("OBS-03")]
    public async Task Prometheus_reads_what_the_gateway_counted()
    {
        var before = Answered(await ReadAsync(Cancel));
        for (var i = 0; i < 3; i++)
        {
            using var response = await Stack.Gateway.GetAsync("/docs/health", Cancel);
            response.EnsureSuccessStatusCode();
        }

        var samples = await Eventually.HoldsAsync(
            "the gateway has counted three requests more",
            Limit,
            ReadAsync,
            samples => Answered(samples) >= before + 3,
            samples => $"{Answered(samples)} after {before}",
            Cancel);

        Assert.Contains(static s => s is { Name: "gateway_breaker_state", Type: "gauge" } && s.Labels.ContainsKey("destination"), samples);
        Assert.Contains(static s => s is { Name: "gateway_maintenance", Type: "gauge", Number: 0 }, samples);
        var series = samples.Where(static s => s.Name.StartsWith(Duration, StringComparison.Ordinal)).GroupBy(Series).ToList();
        Assert.IsNotEmpty(series);
        foreach (var one in series)
        {
            Assert.IsTrue(one.All(static s => s.Type == "histogram"), $"{one.Key} is not typed as a histogram.");
            Assert.AreEqual(one.Single(static s => s.Name == $"{Duration}_count").Number, one.Single(static s => s.Labels.GetValueOrDefault("le") == "+Inf").Number, $"The last bucket of {one.Key} holds all.");
            var buckets = one.Where(static s => s.Labels.ContainsKey("le")).Select(static s => s.Number).ToList();
            Assert.AreSequenceEqual(buckets.Order().ToList(), buckets, $"The buckets of {one.Key} grow.");
        }
    }

    private static double Answered(IReadOnlyList<PrometheusSample> samples)
        => samples.Where(static s => s.Name == $"{Duration}_count" && s.Labels.GetValueOrDefault("http_route") == "/docs/{**rest}" && s.Labels.GetValueOrDefault("http_response_status_code") == "200").Sum(static s => s.Number);

    private static string Series(PrometheusSample sample)
        => string.Join(',', sample.Labels.Where(static l => l.Key != "le").OrderBy(static l => l.Key, StringComparer.Ordinal).Select(static l => $"{l.Key}={l.Value}"));

    private static async Task<IReadOnlyList<PrometheusSample>> ReadAsync(CancellationToken cancellationToken)
        => await PrometheusClient.ReadAsync(await Stack.Gateway.GetStringAsync("/metrics", cancellationToken), cancellationToken);
}
