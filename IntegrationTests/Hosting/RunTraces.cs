using System.Text.Json;
using XoeNovAi.Hosting.Podman.Setup;
using XoeNovAi.IntegrationTests.Isolation;

namespace XoeNovAi.IntegrationTests.Hosting;

/// <summary>
/// Finds what there is of a run on this machine: containers, networks, volumes, processes, files. Noted while it runs,
/// when everything can still be told to be its own; looked for when it has ended.
/// </summary>
internal sealed class RunTraces
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    // .NET's own, which a killed process cannot remove, and NuGet's, which finds the SDK of the project that dotnet run looks at.
    private static readonly string[] Exempt = ["clr-debug-pipe-", "dotnet-diagnostic-", "MSBuildTemp", "NuGetScratch"];

    // Podman's, which all runs of its user share.
    private static readonly string[] Shared = ["slirp4netns", "pasta", "aardvark-dns", "catatonit", "podman pause"];

    private readonly PodmanCli _podman;
    private readonly NamespaceShell _shell;
    private readonly AppHostProcess _appHost;
    private readonly string _runFolder;
    private readonly HashSet<string> _volumes = new(StringComparer.Ordinal);
    private readonly Dictionary<(int Id, string Started), string> _processes = [];

    public RunTraces(Stack stack, AppHostProcess appHost)
    {
        _podman = stack.Podman;
        _shell = new(stack.Podman);
        _appHost = appHost;
        _runFolder = Path.Combine(stack.Application.Services.GetRequiredService<PodmanEnvironment>().RunRoot, $"run-{appHost.RunId}");
    }

    /// <summary>How many processes were noted.</summary>
    public int Processes => _processes.Count;

    /// <summary>Notes what there is now.</summary>
    public async Task NoteAsync(CancellationToken cancellationToken)
    {
        var mounts = await _podman.RunAsync(["ps", "-a", "--no-trunc", "--format", "{{.Names}} {{json .Mounts}} {{.ID}}"], cancellationToken);
        var ids = mounts.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => l.Contains(_appHost.RunId, StringComparison.Ordinal)).Select(static l => l[(l.LastIndexOf(' ') + 1)..]).ToList();
        if (ids.Count > 0)
        {
            using var inspected = JsonDocument.Parse(await _podman.RunAsync(["inspect", .. ids], cancellationToken));
            _volumes.UnionWith(inspected.RootElement.EnumerateArray()
                .SelectMany(static c => c.GetProperty("Mounts").EnumerateArray())
                .Where(static m => m.GetProperty("Type").GetString() == "volume")
                .Select(static m => m.GetProperty("Name").GetString()!));
        }

        var all = ProcessEntry.All();
        var own = all.Where(IsOwn).ToHashSet();
        int known;
        do
        {
            known = own.Count;
            var parents = own.Select(static p => p.Id).ToHashSet();

            // DCP's controllers are the first of a session in which Podman's helpers stay when their parent has ended.
            own.UnionWith(all.Where(p => parents.Contains(p.Parent) || (p.Session != p.Id && parents.Contains(p.Session))));
        }
        while (own.Count > known);

        foreach (var process in own.Where(static p => !Shared.Any(s => p.Command.Contains(s, StringComparison.Ordinal))))
        {
            _processes[(process.Id, process.Started)] = process.Command;
        }
    }

    /// <summary>Fails when something of the run is still there ten seconds from now.</summary>
    public Task<IReadOnlyList<string>> GoneAsync(CancellationToken cancellationToken)
        => Eventually.HoldsAsync(
            $"Nothing is left of run {_appHost.RunId}",
            Limit,
            FindAsync,
            static left => left.Count == 0,
            left => $"{string.Join(Environment.NewLine, left)}{Environment.NewLine}{_appHost.Describe()}",
            cancellationToken);

    private bool IsOwn(ProcessEntry process)
        => process.Command.Contains(_appHost.RunId, StringComparison.Ordinal) || process.Environment.Contains(_appHost.RunId, StringComparison.Ordinal);

    private async Task<IReadOnlyList<string>> FindAsync(CancellationToken cancellationToken)
    {
        var left = new List<string>();
        foreach (var (what, arguments) in ((string, string[])[])
            [
                ("container", ["ps", "-a", "--format", "{{.Names}} {{index .Labels \"io.xoe-novai.run\"}}"]),
                ("network", ["network", "ls", "--format", "{{.Name}}"]),
                ("volume", ["volume", "ls", "--format", "{{.Name}}"]),
            ])
        {
            // Podman fails when what it is about to list is removed meanwhile: then there is still something.
            var (exitCode, output, error) = await _podman.TryRunAsync(arguments, cancellationToken);
            left.AddRange(exitCode != 0
                ? [$"{what}: {error}"]
                : output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                    .Where(l => l.Contains(_appHost.RunId, StringComparison.Ordinal) || _volumes.Contains(l))
                    .Select(l => $"{what} {l}"));
        }

        foreach (var process in ProcessEntry.All().Where(p => IsOwn(p) && !p.IsZombie))
        {
            _processes[(process.Id, process.Started)] = process.Command;
        }

        foreach (var ((id, started), command) in _processes)
        {
            if (ProcessEntry.Read(id) is { } process && process.Started == started && !process.IsZombie)
            {
                left.Add($"process {id} {command}");
            }
        }

        // The name server's files: what it still has of a run that ended, it answers with in the next.
        left.AddRange((await _shell.RunAsync("ls \"$XDG_RUNTIME_DIR/containers/networks/aardvark-dns\" 2> /dev/null || true", cancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(f => f.Contains(_appHost.RunId, StringComparison.Ordinal))
            .Select(static f => $"names {f}"));

        // What programs keep of their own accord, in the home of Podman's user and where Podman makes its temporary files.
        left.AddRange((await _shell.RunAsync($"grep -ls {_appHost.RunId} \"$HOME\"/.* /var/tmp/* || true", cancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(static f => $"file {f}"));
        if (Directory.Exists(_runFolder))
        {
            left.Add($"folder {_runFolder}");
        }

        left.AddRange(Directory.EnumerateFileSystemEntries(_appHost.TemporaryFolder).Where(static f => !Exempt.Any(e => Path.GetFileName(f).StartsWith(e, StringComparison.Ordinal))).Select(static f => $"file {f}"));
        return left;
    }
}
