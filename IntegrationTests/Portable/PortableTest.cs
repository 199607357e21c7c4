namespace XoeNovAi.IntegrationTests.Portable;

/// <summary>A test that needs nothing of a stack but its addresses: of the one that was attached to, else of the shared one.</summary>
public abstract class PortableTest
{
    // A model of a real stack takes its time.
    private static readonly TimeSpan TestLimit = TimeSpan.FromMinutes(3);
    private CancellationTokenSource? _limit;
    private Target? _target;

    /// <summary>The context MSTest gives.</summary>
    public required TestContext TestContext { get; set; }

    /// <summary>Ends when the run is cancelled or the test's time is over.</summary>
    protected CancellationToken Cancel => _limit?.Token ?? TestContext.CancellationToken;

    private protected Target Target => _target ?? throw new InvalidOperationException("The test has not been initialized.");

    /// <summary>Opens connections of the test's own.</summary>
    [TestInitialize]
    public void Open()
    {
        _limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.CancellationToken);
        _limit.CancelAfter(TestLimit);
        _target = Attachment.FromEnvironment()?.Open() ?? SharedStack.Current.OpenTarget();
    }

    /// <summary>Closes them.</summary>
    [TestCleanup]
    public void Close()
    {
        _target?.Dispose();
        _limit?.Dispose();
    }
}
