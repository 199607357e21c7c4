using XoeNovAi.IntegrationTests.Harness.Telemetry;

namespace XoeNovAi.IntegrationTests.Harness;

/// <summary>A test on the shared stack. When it fails, it shows its trace and the end of the logs of what it touches.</summary>
public abstract class StackTest
{
    private const int LogTail = 20;
    private TestTrace? _trace;

    /// <summary>The context MSTest gives.</summary>
    public required TestContext TestContext { get; set; }

    /// <summary>The resources whose logs explain a failure.</summary>
    protected virtual IReadOnlyList<string> Touches => [];

    /// <summary>Ends when the run is cancelled.</summary>
    protected CancellationToken Cancel => TestContext.CancellationToken;

    private protected static Stack Stack => SharedStack.Current;

    private protected TestTrace Trace => _trace ?? throw new InvalidOperationException("The test has not been initialized.");

    /// <summary>Begins the test's trace.</summary>
    [TestInitialize]
    public void BeginTrace() => _trace = Stack.StartTrace(TestContext.TestDisplayName ?? TestContext.TestName ?? "test");

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
            var spans = await Stack.Telemetry.SpansAsync(trace.TraceId, CancellationToken.None);
            TestContext.WriteLine($"Trace {trace.TraceId}, as far as it has arrived:{Environment.NewLine}{TraceCheck.Describe(spans)}");
            foreach (var resource in Touches)
            {
                TestContext.WriteLine(await Stack.Logs.DescribeAsync(resource, LogTail));
            }
        }

        trace.Dispose();
    }
}
