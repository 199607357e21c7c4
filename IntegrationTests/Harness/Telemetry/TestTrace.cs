using System.Diagnostics;
using XoeNovAi.Hosting.Testing.Dashboard;
using XoeNovAi.Hosting.Testing.Spans;

namespace XoeNovAi.IntegrationTests.Harness.Telemetry;

/// <summary>A trace whose root is the test's own activity.</summary>
internal sealed class TestTrace(TestTelemetry sender, TelemetryApi received, string name) : IDisposable
{
    private readonly Activity _root = sender.StartRoot(name);

    public string TraceId => _root.TraceId.ToString();

    /// <summary>
    /// Ends the test's part of the trace and waits until the trace is as expected: every span there, with its parent,
    /// kind and attributes, and none besides.
    /// </summary>
    /// <param name="root">The test's own span, with what must be below it.</param>
    /// <param name="limit">How long at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<IReadOnlyList<Span>> CompleteAsync(ExpectedSpan root, TimeSpan limit, CancellationToken cancellationToken)
    {
        End();
        return await Eventually.HoldsAsync(
            $"trace {TraceId} is complete",
            limit,
            token => received.SpansAsync(TraceId, token),
            spans => TraceComparison.OfWhole(spans, root).Holds,
            spans => $"{Environment.NewLine}{TraceComparison.OfWhole(spans, root)}",
            cancellationToken);
    }

    /// <summary>Ends the test's part of the trace and sends it.</summary>
    public void End()
    {
        _root.Stop();
        sender.Flush();
    }

    public void Dispose() => _root.Dispose();
}
