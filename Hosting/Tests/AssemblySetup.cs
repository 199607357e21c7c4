[assembly: DoNotParallelize]

namespace XoeNovAi.Hosting.Tests;

/// <summary>What runs containers needs a machine that is set up.</summary>
[TestClass]
public static class AssemblySetup
{
    [AssemblyInitialize]
    public static Task SetUpAsync(TestContext context) => MachineSetup.EnsureAsync(context.CancellationToken);
}
