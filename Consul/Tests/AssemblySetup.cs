[assembly: DoNotParallelize]

namespace XoeNovAi.Consul.Tests;

/// <summary>All tests ask one Consul, but for those that end it or want it otherwise.</summary>
[TestClass]
public static class AssemblySetup
{
    private static ConsulServer? _server;

    internal static ConsulServer Server => _server ?? throw new InvalidOperationException("Consul has not been started.");

    [AssemblyInitialize]
    public static async Task StartAsync(TestContext context)
    {
        await MachineSetup.EnsureAsync(context.CancellationToken);
        _server = await ConsulServer.StartAsync(context.CancellationToken);
    }

    [AssemblyCleanup]
    public static async Task StopAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }
}
