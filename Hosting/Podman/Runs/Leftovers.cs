using XoeNovAi.Hosting.Podman.Setup;

namespace XoeNovAi.Hosting.Podman.Runs;

/// <summary>Removes what runs have left whose application was killed together with its reaper.</summary>
internal sealed class Leftovers(PodmanCli podman, PodmanEnvironment environment, ILogger<Leftovers> logger)
{
    private const int MostAttempts = 5;
    private static readonly TimeSpan AttemptPause = TimeSpan.FromMilliseconds(200);

    /// <summary>Looks for them, and removes them before anything of this run is made.</summary>
    public async Task MendAsync(CancellationToken cancellationToken)
    {
        var runs = RunFolder.List(environment.RunRoot).ToList();

        // The networks of all of Podman's user are listed, whose runs may have their folders elsewhere: those live as long as their reapers.
        var living = runs.Where(static r => r.Owner?.IsAlive == true).Select(static r => r.RunId).Concat(Reaper.Runs().Except(runs.Select(static r => r.RunId), StringComparer.Ordinal)).ToHashSet(StringComparer.Ordinal);
        var networks = (await ListAsync(["network", "ls", "--format", "{{.Name}} {{.Labels}}"], cancellationToken).ConfigureAwait(false))
            .Select(static n => n.Split(' ', 2)).ToDictionary(static n => n[0], static n => LabelIn(n[^1]), StringComparer.Ordinal);

        // Names of a network that is still there, and of no run, may be those of a container that outlives its run, or of somebody else's.
        var names = NamesOfNetworks().Where(n => networks.TryGetValue(n, out var run) ? run is not null : RunOf(n) is not null).ToList();
        var dead = runs.Select(static r => r.RunId).Concat(networks.Values.OfType<string>()).Concat(names.Select(RunOf).OfType<string>()).Where(r => !living.Contains(r)).Distinct(StringComparer.Ordinal).ToList();
        if (dead.Count == 0)
        {
            return;
        }

        logger.LogInformation("Removing what {Count} earlier run(s) have left behind.", dead.Count);
        foreach (var run in dead)
        {
            await RemoveAsync(run, names, cancellationToken).ConfigureAwait(false);
        }
    }

    // Labels are written NAME=VALUE, one behind the other.
    private static string? LabelIn(string labels)
        => labels.Split(',').Select(static l => l.Split('=', 2)).FirstOrDefault(static l => l[0] == PodmanRun.Label && l.Length == 2)?[1];

    private static string? RunOf(string network)
        => network.LastIndexOf('-') is var dash and > 0 && network.Length - dash - 1 == PodmanRun.IdLength && network[(dash + 1)..].All(char.IsAsciiHexDigitLower) ? network[(dash + 1)..] : null;

    private IEnumerable<string> NamesOfNetworks()
        => Directory.Exists(environment.NamesFolder) ? Directory.EnumerateFiles(environment.NamesFolder).Select(static f => Path.GetFileName(f)) : [];

    // Podman fails when another run removes what it is about to list.
    private async Task<string[]> ListAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt < MostAttempts; attempt++)
        {
            var (exitCode, output, _) = await podman.TryRunAsync(arguments, cancellationToken).ConfigureAwait(false);
            if (exitCode == 0)
            {
                return LinesOf(output);
            }

            await Task.Delay(AttemptPause, cancellationToken).ConfigureAwait(false);
        }

        return LinesOf(await podman.RunAsync(arguments, cancellationToken).ConfigureAwait(false));
    }

    private static string[] LinesOf(string output) => output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private async Task RemoveAsync(string run, IReadOnlyList<string> abandoned, CancellationToken cancellationToken)
    {
        var label = $"label={PodmanRun.Label}={run}";
        await podman.TryRunAsync(["rm", "-f", "-v", "-t", "1", "--filter", label], cancellationToken).ConfigureAwait(false);
        foreach (var kind in (string[])["network", "volume"])
        {
            var left = await ListAsync([kind, "ls", "-q", "--filter", label], cancellationToken).ConfigureAwait(false);
            if (left.Length > 0)
            {
                await podman.TryRunAsync([kind, "rm", "-f", .. left], cancellationToken).ConfigureAwait(false);
            }
        }

        foreach (var name in abandoned.Where(n => RunOf(n) == run))
        {
            File.Delete(Path.Combine(environment.NamesFolder, name));
        }

        var folder = RunFolder.PathOf(environment.RunRoot, run);
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
