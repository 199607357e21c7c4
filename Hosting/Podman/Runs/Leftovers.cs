using XoeNovAi.Hosting.Podman.Setup;

namespace XoeNovAi.Hosting.Podman.Runs;

/// <summary>Removes what runs have left whose application was killed together with its reaper.</summary>
internal sealed class Leftovers(PodmanCli podman, PodmanEnvironment environment, ILogger<Leftovers> logger)
{
    /// <summary>Looks for them, and removes them before anything of this run is made. Where there are none it costs a look at two folders.</summary>
    public async Task MendAsync(CancellationToken cancellationToken)
    {
        var runs = RunFolder.List(environment.RunRoot).ToList();
        var living = runs.Where(static r => r.Owner?.IsAlive == true).Select(static r => r.RunId).ToHashSet(StringComparer.Ordinal);
        var dead = runs.Select(static r => r.RunId).Concat(NamesOfNetworks().Select(RunOf).OfType<string>()).Where(r => !living.Contains(r)).Distinct(StringComparer.Ordinal).ToList();
        if (dead.Count == 0)
        {
            return;
        }

        logger.LogInformation("Removing what {Count} earlier run(s) have left behind.", dead.Count);
        foreach (var run in dead)
        {
            await RemoveAsync(run, cancellationToken).ConfigureAwait(false);
        }
    }

    private static string? RunOf(string network)
        => network.LastIndexOf('-') is var dash and > 0 && network.Length - dash - 1 == PodmanRun.IdLength && network[(dash + 1)..].All(char.IsAsciiHexDigitLower) ? network[(dash + 1)..] : null;

    private IEnumerable<string> NamesOfNetworks()
        => Directory.Exists(environment.NamesFolder) ? Directory.EnumerateFiles(environment.NamesFolder).Select(static f => Path.GetFileName(f)) : [];

    private async Task RemoveAsync(string run, CancellationToken cancellationToken)
    {
        var label = $"label={PodmanRun.Label}={run}";
        await podman.TryRunAsync(["rm", "-f", "-v", "-t", "1", "--filter", label], cancellationToken).ConfigureAwait(false);
        var networks = (await podman.RunAsync(["network", "ls", "-q", "--filter", label], cancellationToken).ConfigureAwait(false)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (networks.Length > 0)
        {
            await podman.TryRunAsync(["network", "rm", "-f", .. networks], cancellationToken).ConfigureAwait(false);
        }

        foreach (var name in NamesOfNetworks().Where(n => RunOf(n) == run).ToList())
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
