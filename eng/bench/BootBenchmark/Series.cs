namespace XoeNovAi.BootBenchmark;

/// <summary>Values of the same thing, in seconds.</summary>
internal sealed class Series(IEnumerable<TimeSpan> values)
{
    private readonly double[] _sorted = [.. values.Select(static v => v.TotalSeconds).Order()];

    public double Least => _sorted[0];

    public double Most => _sorted[^1];

    public double Median => _sorted.Length % 2 == 1
        ? _sorted[_sorted.Length / 2]
        : (_sorted[(_sorted.Length / 2) - 1] + _sorted[_sorted.Length / 2]) / 2;
}
