namespace XoeNovAi.GatewayBenchmark.Load;

/// <summary>What came of one run. Latencies are counted from when a request was due, so that waiting for a late answer is in them.</summary>
/// <param name="Rate">Answers per second.</param>
/// <param name="Median">Microseconds.</param>
/// <param name="P90">Microseconds.</param>
/// <param name="P99">Microseconds.</param>
/// <param name="P999">Microseconds.</param>
internal sealed record LoadResult(double Rate, double Median, double P90, double P99, double P999);
