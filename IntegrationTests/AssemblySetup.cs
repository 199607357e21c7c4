using XoeNovAi.IntegrationTests.Portable;

[assembly: DoNotParallelize]

namespace XoeNovAi.IntegrationTests;

/// <summary>One stack for all tests: it starts before the first and is gone after the last. Attached to another one, there is none.</summary>
[TestClass]
public static class AssemblySetup
{
    [AssemblyInitialize]
    public static async Task StartAsync(TestContext context)
    {
        if (Attachment.FromEnvironment() is not null)
        {
            return;
        }

        await MachineSetup.EnsureAsync(context.CancellationToken);
        await SharedStack.StartAsync(context.CancellationToken);
    }

    [AssemblyCleanup]
    public static Task StopAsync() => SharedStack.StopAsync();
}
