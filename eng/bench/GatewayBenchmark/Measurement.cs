using XoeNovAi.GatewayBenchmark.Load;

namespace XoeNovAi.GatewayBenchmark;

/// <summary>One subject under one load, the median of all rounds for each figure.</summary>
/// <param name="Load">What the client saw.</param>
/// <param name="ProcessorMicroseconds">Processor time of the subject for one answer; null when its process is not known.</param>
internal sealed record Measurement(LoadResult Load, double? ProcessorMicroseconds)
{
    public static Measurement MedianOf(IReadOnlyList<Measurement> rounds) => new(
        new LoadResult(
            Median(rounds, static m => m.Load.Rate), Median(rounds, static m => m.Load.Median), Median(rounds, static m => m.Load.P90),
            Median(rounds, static m => m.Load.P99), Median(rounds, static m => m.Load.P999)),
        rounds[0].ProcessorMicroseconds is null ? null : Median(rounds, static m => m.ProcessorMicroseconds!.Value));

    private static double Median(IReadOnlyList<Measurement> rounds, Func<Measurement, double> figure)
    {
        var sorted = rounds.Select(figure).Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
