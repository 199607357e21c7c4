using XoeNovAi.Hosting.Podman.Services;

namespace XoeNovAi.IntegrationTests.Harness;

/// <summary>Where instrumented services write what was run of them when they end. Only <c>eng/coverage</c> names a folder; otherwise nothing is changed.</summary>
internal static class CoverageHits
{
    private const string Variable = "COVERAGE_HITS";

    /// <summary>Gives the folder to each container that runs what was built here.</summary>
    public static void MountInto(IDistributedApplicationBuilder builder)
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } folder)
        {
            return;
        }

        foreach (var service in builder.Resources.OfType<ContainerResource>().Where(static c => c.HasAnnotationOfType<ServiceOutputAnnotation>()).ToList())
        {
            // Each container has users of its own, and adds to what others have written.
            builder.CreateResourceBuilder(service).WithBindMount(folder, folder).WithContainerRuntimeArgs("--umask=0000");
        }
    }
}
