using XoeNovAi.Hosting.Podman.Runs;
using XoeNovAi.Hosting.Podman.Setup;

namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>A running stack whose isolation is looked at: the shared one, or one of a test's own.</summary>
internal sealed class ObservedStack(DistributedApplication application)
{
    public DistributedApplication Application => application;

    /// <summary>Podman, called as the stack calls it.</summary>
    public PodmanCli Podman { get; } = application.Services.GetRequiredService<PodmanCli>();

    /// <summary>What set-up found on this machine.</summary>
    public PodmanEnvironment Environment { get; } = application.Services.GetRequiredService<PodmanEnvironment>();

    /// <summary>What the AppHost declares.</summary>
    public DistributedApplicationModel Model { get; } = application.Services.GetRequiredService<DistributedApplicationModel>();

    /// <summary>The id that is in the labels and names of all that belongs to the stack.</summary>
    public string RunId { get; } = application.Services.GetRequiredService<PodmanRun>().Id;
}
