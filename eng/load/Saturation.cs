namespace XoeNovAi.Load;

/// <summary>A rate that was tried.</summary>
/// <param name="PerSecond">The rate.</param>
/// <param name="Result">What was measured.</param>
/// <param name="IsBorne">Whether it was borne.</param>
public sealed record SaturationStep(double PerSecond, LoadResult Result, bool IsBorne);

/// <summary>Looks for the highest rate that is borne: the rate is doubled until one is not, then halved between the two.</summary>
/// <param name="sendAsync">Sends one, as in <see cref="LoadRun"/>.</param>
/// <param name="limits">Where each step stops.</param>
/// <param name="time">The time.</param>
public sealed class Saturation(Func<int, CancellationToken, Task<string?>> sendAsync, LoadLimits limits, TimeProvider time)
{
    /// <summary>How long each rate is tried.</summary>
    public TimeSpan Step { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The highest rate that is tried, in requests per second.</summary>
    public double Most { get; init; } = 5000;

    /// <summary>How often a rate between the highest that was borne and the lowest that was not is tried.</summary>
    public int Halvings { get; init; } = 2;

    /// <summary>What 99 of 100 answers may take, in milliseconds.</summary>
    public double LongestP99 { get; init; } = 250;

    /// <summary>Tries rates from one on.</summary>
    /// <param name="from">The first, in requests per second.</param>
    /// <param name="tried">Called after each.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>All that were tried, in their order.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The first rate is none, or above <see cref="Most"/>.</exception>
    public async Task<IReadOnlyList<SaturationStep>> FindAsync(double from, Action<SaturationStep> tried, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tried);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(from);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(from, Most);
        var steps = new List<SaturationStep>();
        var (borne, not) = (0.0, double.PositiveInfinity);
        for (var rate = from; rate <= Most && double.IsPositiveInfinity(not);)
        {
            rate = await TryAsync(rate) ? rate * 2 : rate;
        }

        for (var halving = 0; halving < Halvings && borne > 0 && !double.IsPositiveInfinity(not); halving++)
        {
            await TryAsync((borne + not) / 2);
        }

        return steps;

        async Task<bool> TryAsync(double rate)
        {
            var result = new LoadResult(time);
            await new LoadRun(LoadProfile.Constant(rate, Step), sendAsync, limits).RunAsync(result, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            var step = new SaturationStep(rate, result, result is { Failed: 0, Answered: > 0 } && result.Percentile(99) <= LongestP99);
            steps.Add(step);
            tried(step);
            (borne, not) = step.IsBorne ? (rate, not) : (borne, rate);
            return step.IsBorne;
        }
    }
}
