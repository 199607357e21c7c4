using System.Collections.Concurrent;
using System.Globalization;
using HdrHistogram;

namespace XoeNovAi.Load;

/// <summary>A request that has ended.</summary>
/// <param name="Number">Which of the load.</param>
/// <param name="Due">When it was due, from the begin.</param>
/// <param name="Took">From that moment to its end: what waited because the sender was late, or behind others, counts.</param>
/// <param name="Failure">Null when it was answered as it should be.</param>
public sealed record LoadSample(int Number, TimeSpan Due, TimeSpan Took, string? Failure);

/// <summary>What a load has measured, also while it runs.</summary>
public sealed class LoadResult(TimeProvider time)
{
    private const long Longest = 600_000_000;
    private const int Digits = 3;
    private const double UnitsPerMillisecond = 1000;
    private readonly ConcurrentQueue<LoadSample> _samples = new();
    private readonly ConcurrentDictionary<string, int> _failures = new(StringComparer.Ordinal);
    private readonly LongConcurrentHistogram _answered = new(1, Longest, Digits);
    private readonly LongConcurrentHistogram _late = new(1, Longest, Digits);
    private DateTimeOffset _begun;
    private int _ended;

    /// <summary>The percentiles that are shown.</summary>
    public static IReadOnlyList<double> Percentiles { get; } = [50, 90, 99, 99.9, 100];

    /// <summary>How many were answered as they should be.</summary>
    public long Answered => _answered.TotalCount;

    /// <summary>How many were not.</summary>
    public int Failed => Volatile.Read(ref _ended) - (int)Answered;

    /// <summary>What went otherwise, with how often.</summary>
    public IReadOnlyDictionary<string, int> Failures => _failures;

    /// <summary>Begin to end; zero while it runs.</summary>
    public TimeSpan Took { get; private set; }

    /// <summary>All requests that have ended, in the order in which they were due.</summary>
    public IReadOnlyList<LoadSample> Samples => [.. _samples.OrderBy(static s => s.Number)];

    /// <summary>What so many percent of the answered did not exceed, in milliseconds; 0 when none was answered.</summary>
    public double Percentile(double percent) => Answered == 0 ? 0 : _answered.GetValueAtPercentile(percent) / UnitsPerMillisecond;

    /// <summary>What so many percent of the requests were not sent later than they were due, in milliseconds: the sender's own accuracy.</summary>
    public double LatePercentile(double percent) => _late.TotalCount == 0 ? 0 : _late.GetValueAtPercentile(percent) / UnitsPerMillisecond;

    /// <summary>A table of the requests, as the report of the tests plots it.</summary>
    public IEnumerable<string> History(string kind)
        => Samples.Select(s => FormattableString.Invariant($"{kind},{_begun + s.Due:O},{_begun + s.Due:O},{_begun + s.Due + s.Took:O},{s.Took.TotalMilliseconds:0.0},,\"{s.Failure?.Replace('"', '\'') ?? "ok"}\""));

    /// <inheritdoc />
    public override string ToString()
        => string.Create(CultureInfo.InvariantCulture, $"{Answered} answered, {Failed} failed; {string.Join(", ", Percentiles.Select(p => string.Create(CultureInfo.InvariantCulture, $"p{p:0.#} {Percentile(p):0.0}")))} ms; sent late by p99 {LatePercentile(99):0.0} ms");

    internal void Begin() => _begun = time.GetUtcNow();

    internal void Sent(TimeSpan late) => _late.RecordValue(Units(late));

    internal void Ended(LoadSample sample)
    {
        _samples.Enqueue(sample);
        if (sample.Failure is null)
        {
            _answered.RecordValue(Units(sample.Took));
        }
        else
        {
            _failures.AddOrUpdate(sample.Failure, 1, static (_, count) => count + 1);
        }

        Interlocked.Increment(ref _ended);
    }

    internal void End() => Took = time.GetUtcNow() - _begun;

    // What is longer than the histogram can hold is the longest it can.
    private static long Units(TimeSpan took) => Math.Clamp((long)took.TotalMicroseconds, 1, Longest);
}
