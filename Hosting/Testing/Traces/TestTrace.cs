using System.Diagnostics;
using XoeNovAi.Hosting.Testing.Dashboard;
using XoeNovAi.Hosting.Testing.Spans;

namespace XoeNovAi.Hosting.Testing.Traces;

/// <summary>A trace whose root is the test's own activity.</summary>
public sealed class TestTrace : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly TelemetrySender _sender;
    private readonly TelemetryApi _received;
    private readonly Activity? _around = Activity.Current;
    private readonly Activity _root;

    internal TestTrace(TelemetrySender sender, TelemetryApi received, string name)
    {
        _sender = sender;
        _received = received;
        _root = sender.StartRoot(name);
    }

    /// <summary>Its id, 32 hexadecimal digits.</summary>
    public string TraceId => _root.TraceId.ToString();

    /// <summary>
    /// Ends the test's own span and waits until the trace is as expected: each span there, below its parent, with its kind and
    /// attributes, no other besides and no orphan. What the test's own clients do in between need not be named.
    /// </summary>
    /// <param name="below">What must be below the test's own span.</param>
    /// <param name="within">How long is waited for it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The spans.</returns>
    /// <exception cref="TraceAssertionException">It is not so in time.</exception>
    public Task<TraceSpans> ShouldBeAsync(ExpectedSpan below, TimeSpan within, CancellationToken cancellationToken = default) => ShouldBeAsync([below], within, cancellationToken);

    /// <inheritdoc cref="ShouldBeAsync(ExpectedSpan, TimeSpan, CancellationToken)"/>
    public Task<TraceSpans> ShouldBeAsync(IReadOnlyList<ExpectedSpan> below, TimeSpan within, CancellationToken cancellationToken = default)
    {
        var root = new ExpectedSpan(TelemetrySender.ServiceName, _root.OperationName, _root.Kind, [.. below]);
        return HoldsAsync(EndAsync(), spans => TraceComparison.OfWhole(SpanTree.WithoutClients(spans, TelemetrySender.ServiceName), root), within, cancellationToken);
    }

    /// <summary>Ends the test's own span and waits until the trace has these spans, each with all that is below it, and no orphan. Others may be there.</summary>
    /// <param name="parts">The spans.</param>
    /// <param name="within">How long is waited for them.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>All spans of the trace.</returns>
    /// <exception cref="TraceAssertionException">It is not so in time.</exception>
    public Task<TraceSpans> ShouldHaveAsync(IReadOnlyList<ExpectedSpan> parts, TimeSpan within, CancellationToken cancellationToken = default) =>
        HoldsAsync(EndAsync(), spans => TraceComparison.OfParts(spans, parts), within, cancellationToken);

    /// <summary>Ends the test's own span and sends it; what waits for the trace does so too.</summary>
    public Task EndAsync()
    {
        // Here and not in a method that is asynchronous itself: the caller's activity would stay what it is.
        _root.Stop();
        Activity.Current = _around;
        return _sender.FlushAsync();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => new(CloseAsync(EndAsync()));

    private async Task CloseAsync(Task ended)
    {
        await ended;
        _sender.Dispose();
        _received.Dispose();
    }

    private async Task<TraceSpans> HoldsAsync(Task ended, Func<IReadOnlyList<Span>, TraceComparison> compare, TimeSpan within, CancellationToken cancellationToken)
    {
        await ended;
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            var spans = await _received.SpansAsync(TraceId, cancellationToken);
            var comparison = compare(spans);
            if (comparison.Holds)
            {
                return new(TraceId, spans, _received);
            }

            if (Stopwatch.GetElapsedTime(began) > within)
            {
                throw new TraceAssertionException($"Trace {TraceId} is not as expected after {within.TotalSeconds:0.###} s:{Environment.NewLine}{comparison}");
            }

            // The dashboard does not push what it receives.
            await Task.Delay(Pause, cancellationToken);
        }
    }
}
