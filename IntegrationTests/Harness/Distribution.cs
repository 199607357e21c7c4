using System.Globalization;

namespace XoeNovAi.IntegrationTests.Harness;

/// <summary>Durations, shown as a distribution and not as one number.</summary>
internal sealed class Distribution(IEnumerable<TimeSpan> values)
{
    private readonly double[] _milliseconds = [.. values.Select(static v => v.TotalMilliseconds).Order()];

    /// <summary>The same in figures, in milliseconds.</summary>
    public DistributionFigures Figures => new(_milliseconds.Length, _milliseconds[0], Percentile(0.5), Percentile(0.9), Percentile(0.99), _milliseconds[^1]);

    /// <summary>The value that a share of all does not exceed, by nearest rank, in milliseconds.</summary>
    public double Percentile(double share) => _milliseconds[Math.Clamp((int)Math.Ceiling(share * _milliseconds.Length) - 1, 0, _milliseconds.Length - 1)];

    public override string ToString()
        => _milliseconds.Length == 0 ? "none" : string.Create(CultureInfo.InvariantCulture, $"n {_milliseconds.Length}, min {_milliseconds[0]:0.0}, p50 {Percentile(0.5):0.0}, p90 {Percentile(0.9):0.0}, p99 {Percentile(0.99):0.0}, max {_milliseconds[^1]:0.0} ms");
}
