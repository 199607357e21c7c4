using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using XoeNovAi.Hosting.Podman.Networks;
using XoeNovAi.Hosting.Podman.Runs;

namespace XoeNovAi.BootBenchmark;

/// <summary>
/// What a running AppHost told podman, to be told again without it, under an id of its own: networks, containers, and the
/// files they mount. The ports of the host are the same, as one ends before the other begins.
/// </summary>
internal sealed class Recording : IDisposable
{
    // As a run's own: podman's user enters it by its group, and writes logs.
    private const UnixFileMode Enterable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute;
    private const UnixFileMode Writable = Enterable | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.SetGroup;
    private const int StartedField = 19;
    private readonly string _runId;

    private Recording(BenchmarkPodman podman, string runId, IReadOnlyList<PodmanNetworkResource> networks)
    {
        _runId = runId;
        Networks = networks;
        Folder = Path.Combine(podman.RunRoot, $"run-{Id}");
    }

    /// <summary>In the names of all that is made.</summary>
    public string Id { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));

    /// <summary>Where mounted files are.</summary>
    public string Folder { get; }

    public IReadOnlyList<PodmanNetworkResource> Networks { get; }

    /// <summary>The recorded networks' subnets, in their order: environments contain them.</summary>
    public IReadOnlyList<string> Subnets { get; private set; } = [];

    public IReadOnlyList<RecordedContainer> Containers { get; private set; } = [];

    public int GatewayPort { get; private set; }

    public static async Task<Recording> MakeAsync(BenchmarkPodman podman, IServiceProvider services, CancellationToken cancellationToken)
    {
        var (run, model) = (services.GetRequiredService<PodmanRun>(), services.GetRequiredService<DistributedApplicationModel>());
        var recording = new Recording(podman, run.Id, [.. model.Resources.OfType<PodmanNetworkResource>()]);
        try
        {
            await recording.ReadAsync(podman, run, model, services, cancellationToken);
            return recording;
        }
        catch
        {
            recording.Dispose();
            throw;
        }
    }

    /// <summary>What was said of the recorded run, said of this one.</summary>
    public string Own(string text) => text.Replace(_runId, Id, StringComparison.Ordinal);

    public void Dispose()
    {
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }
    }

    private async Task ReadAsync(BenchmarkPodman podman, PodmanRun run, DistributedApplicationModel model, IServiceProvider services, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Folder, Enterable);

        // Should this process be killed, the next start of any AppHost removes what it has left, as of a run of its own.
        var stat = await File.ReadAllTextAsync("/proc/self/stat", cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(Folder, "owner"), $"{Environment.ProcessId} {stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[StartedField]}", cancellationToken);
        File.SetUnixFileMode(Directory.CreateDirectory(Path.Combine(Folder, "logs")).FullName, Writable);
        using (var copy = Process.Start("cp", ["-a", Path.Combine(run.FolderPath, "mounts"), Folder]))
        {
            await copy.WaitForExitAsync(cancellationToken);
        }

        var containers = model.Resources.OfType<ContainerResource>().ToDictionary(static c => c.Name, StringComparer.Ordinal);
        var ids = await podman.RunAsync(["ps", "-q", "--filter", $"label={PodmanRun.Label}={run.Id}"], cancellationToken);
        using var inspected = await podman.InspectAsync(["inspect", .. ids.Split('\n')], cancellationToken);
        var recorded = new List<RecordedContainer>();
        foreach (var details in inspected.RootElement.EnumerateArray())
        {
            var container = containers[details.GetProperty("Config").GetProperty("Labels").GetProperty("io.xoe-novai.resource").GetString()!];
            recorded.Add(await RecordedContainer.ReadAsync(details, container, services, cancellationToken));
        }

        Containers = recorded;
        GatewayPort = int.Parse(RecordedContainer.PortOf(containers["gateway"], "http"), CultureInfo.InvariantCulture);
        var subnets = new List<string>();
        foreach (var network in Networks)
        {
            subnets.Add((await network.GetValueAsync(cancellationToken))!);
        }

        Subnets = subnets;
    }
}
