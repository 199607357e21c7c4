using XoeNovAi.Hosting.Testing.Spans;
using XoeNovAi.IntegrationTests.Harness.Telemetry;
using XoeNovAi.IntegrationTests.Isolation;

namespace XoeNovAi.IntegrationTests.Harness;

/// <summary>A test on the shared stack. When it fails, it shows its trace, what of the network is not as declared, and the end of the logs of what it touches.</summary>
public abstract class StackTest
{
    private const int LogTail = 20;
    private const int UnchangedPauses = 4;
    private static readonly TimeSpan ArrivalPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan ArrivalLimit = TimeSpan.FromSeconds(8);
    private CancellationTokenSource? _limit;
    private TestTrace? _trace;
    private DateTimeOffset _begun;

    /// <summary>The context MSTest gives.</summary>
    public required TestContext TestContext { get; set; }

    /// <summary>The resources whose logs explain a failure.</summary>
    protected virtual IReadOnlyList<string> Touches => [];

    /// <summary>
    /// What a test may take. It is told by <see cref="Cancel"/> and has time to put in order what it has disturbed; what goes on all the
    /// same, the limit of testconfig.json leaves behind, so that the run goes on.
    /// </summary>
    protected virtual TimeSpan TestLimit => TimeSpan.FromMinutes(3);

    /// <summary>Ends when the run is cancelled or the test's time is over.</summary>
    protected CancellationToken Cancel => _limit?.Token ?? TestContext.CancellationToken;

    private protected static Stack Stack => SharedStack.Current;

    private protected TestTrace Trace => _trace ?? throw new InvalidOperationException("The test has not been initialized.");

    /// <summary>Begins the test's trace and its time.</summary>
    [TestInitialize]
    public void BeginTrace()
    {
        _begun = TimeProvider.System.GetUtcNow();
        _limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.CancellationToken);
        _limit.CancelAfter(TestLimit);
        _trace = Stack.StartTrace(TestContext.TestDisplayName ?? TestContext.TestName ?? "test");
    }

    /// <summary>Ends the test's trace, and tells of a failure.</summary>
    [TestCleanup]
    public async Task EndTraceAsync()
    {
        if (_trace is not { } trace)
        {
            return;
        }

        trace.End();
        if (TestContext.CurrentTestOutcome is not UnitTestOutcome.Passed)
        {
            if (_limit is { IsCancellationRequested: true } && !TestContext.CancellationToken.IsCancellationRequested)
            {
                TestContext.WriteLine($"The test's time of {TestLimit.TotalSeconds:0} s is over.");
            }

            var spans = await ArrivedAsync(trace.TraceId);
            TestContext.WriteLine($"Trace {trace.TraceId}, as far as it has arrived:{Environment.NewLine}{SpanTree.Draw(spans, [])}");
            await KeepAsync(trace.TraceId, spans.ToWaterfall());
            TestContext.WriteLine(Stack.States.Since(_begun));
            await NetworkNow.ShowAsync(Stack, TestContext, $"network-{trace.TraceId}");
            foreach (var resource in Touches)
            {
                TestContext.WriteLine(await Stack.Logs.DescribeAsync(resource, LogTail));
            }
        }

        trace.Dispose();
        _limit?.Dispose();
    }

    // Services send their spans in batches: those of one test come one after the other, and an orphan is one whose parent is still on its way.
    private static async Task<IReadOnlyList<Span>> ArrivedAsync(string trace)
    {
        IReadOnlyList<Span> spans = [];
        var unchanged = 0;
        using var limit = new CancellationTokenSource(ArrivalLimit);
        using var pause = new PeriodicTimer(ArrivalPause);
        try
        {
            while (unchanged < UnchangedPauses && await pause.WaitForNextTickAsync(limit.Token))
            {
                var now = await Stack.Telemetry.SpansAsync(trace, limit.Token);
                var ids = now.Select(static s => s.SpanId).ToHashSet(StringComparer.Ordinal);
                unchanged = now.Count == spans.Count && now.All(s => s.ParentId.Length == 0 || ids.Contains(s.ParentId)) ? unchanged + 1 : 0;
                spans = now;
            }
        }
        catch (OperationCanceledException)
        {
            // What has come by then is shown.
        }

        return spans;
    }

    // The report shows it with the failure; the runner's own folder of a test may be gone by then.
    private async Task KeepAsync(string trace, string waterfall)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "TestResults", $"trace-{trace}.svg");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, waterfall);
        TestContext.AddResultFile(path);
    }
}
