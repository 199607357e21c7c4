namespace XoeNovAi.Consul.Tests.Harness;

/// <summary>A test that asks Consul.</summary>
public abstract class ConsulTest
{
    /// <summary>How long anything awaited may take.</summary>
    protected static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private ConsulClient? _client;

    /// <summary>The context MSTest gives.</summary>
    public required TestContext TestContext { get; set; }

    /// <summary>Ends when the test's time is over.</summary>
    protected CancellationToken Cancel => TestContext.CancellationToken;

    /// <summary>The Consul all tests share.</summary>
    private protected static ConsulServer Server => AssemblySetup.Server;

    /// <summary>A client of it.</summary>
    private protected ConsulClient Consul => _client ??= Server.CreateClient();

    /// <summary>A name nobody else has.</summary>
    protected static string Unique(string what) => $"{what}-{Guid.NewGuid():n}";

    /// <summary>Ends the client.</summary>
    [TestCleanup]
    public void EndClient() => _client?.Dispose();
}
