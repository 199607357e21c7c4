namespace XoeNovAi.Consul.Tests.Harness;

/// <summary>An application that uses Consul as the services do. What it logs is kept.</summary>
internal sealed class TestHost : IAsyncDisposable
{
    private readonly IHost _host;

    private TestHost(IHost host) => _host = host;

    public IServiceProvider Services => _host.Services;

    public static async Task<TestHost> StartAsync(ConsulClientOptions options, CancellationToken cancellationToken, Action<HostApplicationBuilder>? configure = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddLogging(static logging => logging.AddFakeLogging());
        builder.Services.AddConsul(options);
        configure?.Invoke(builder);
        var host = new TestHost(builder.Build());
        await host._host.StartAsync(cancellationToken);
        return host;
    }

    /// <summary>The lines logged so far that contain a text.</summary>
    public IReadOnlyList<string> Logged(string text) =>
        [.. Services.GetFakeLogCollector().GetSnapshot().Where(record => record.Message.Contains(text, StringComparison.Ordinal)).Select(static record => $"{record.Level}: {record.Message}")];

    /// <summary>Waits until a line with a text is there.</summary>
    public Task<IReadOnlyList<string>> LoggedAsync(string text, TimeSpan limit, CancellationToken cancellationToken) => Eventually.HoldsAsync(
        $"'{text}' is logged",
        limit,
        _ => Task.FromResult(Logged(text)),
        static lines => lines.Count > 0,
        _ => string.Join(Environment.NewLine, Logged(string.Empty)),
        cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        if (_host is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync();
        }
    }
}
