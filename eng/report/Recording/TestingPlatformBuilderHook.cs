using System.Reflection;
using Microsoft.Testing.Platform.Builder;
using Microsoft.Testing.Platform.Extensions;
using Microsoft.Testing.Platform.Services;
using XoeNovAi.Report.Runs;

namespace XoeNovAi.Report.Recording;

/// <summary>What the test projects' generated entry points call.</summary>
public static class TestingPlatformBuilderHook
{
    /// <summary>Adds the report to a test project.</summary>
    /// <param name="testApplicationBuilder">The test application.</param>
    /// <param name="arguments">Its command line.</param>
    public static void AddExtensions(ITestApplicationBuilder testApplicationBuilder, string[] arguments)
    {
        ArgumentNullException.ThrowIfNull(testApplicationBuilder);

        var project = Assembly.GetEntryAssembly()?.GetName().Name ?? "Tests";
        var recorder = new CompositeExtensionFactory<TestRecorder>(services => new(
            services.GetOutputDevice(), services.GetMessageBus(), RunFolder.Current(RunFolder.Repository(AppContext.BaseDirectory)), project, TimeProvider.System));
        testApplicationBuilder.TestHost.AddDataConsumer(recorder);
        testApplicationBuilder.TestHost.AddTestSessionLifetimeHandler(recorder);
    }
}
