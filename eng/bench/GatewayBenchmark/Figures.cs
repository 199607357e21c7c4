using System.Text.Json;

namespace XoeNovAi.GatewayBenchmark;

/// <summary>The figures that have a limit, by the names that <c>eng/perf/limits.json</c> has for them.</summary>
internal sealed class Figures
{
    private const string Own = "gateway";
    private const string WithTelemetry = "gateway with telemetry";
    private const double Quarter = 0.25;
    private readonly Dictionary<string, double> _figures;

    public Figures(IReadOnlyDictionary<string, Measurement> throughput) => _figures = new()
    {
        ["requests a second at most, against Caddy"] = throughput[Own].Load.Rate / throughput[Benchmark.Rival].Load.Rate,
        ["requests a second at most, against the direct call"] = throughput[Own].Load.Rate / throughput[Benchmark.Baseline].Load.Rate,
        ["requests a second at most with telemetry, against without"] = throughput[WithTelemetry].Load.Rate / throughput[Own].Load.Rate,
        ["processor time of a request with telemetry, against without"] = throughput[WithTelemetry].ProcessorMicroseconds!.Value / throughput[Own].ProcessorMicroseconds!.Value,
    };

    public void AddLatency(double share, IReadOnlyDictionary<string, Measurement> latency)
    {
        if (share == Quarter)
        {
            var direct = latency[Benchmark.Baseline].Load.Median;
            _figures["added median at a quarter of Caddy's most, against Caddy"] = (latency[Own].Load.Median - direct) / (latency[Benchmark.Rival].Load.Median - direct);
        }
    }

    public override string ToString() => JsonSerializer.Serialize(_figures);
}
