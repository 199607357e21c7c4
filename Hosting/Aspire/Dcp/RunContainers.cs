using System.Diagnostics;

namespace Aspire.Hosting.Dcp;

/// <summary>
/// Stops and removes all containers of a run at once. DCP does so too, but one step after the other, with a
/// grace of ten seconds that cannot be changed (docs/dcp.md).
/// </summary>
internal sealed class RunContainers(DcpInstallation installation, string runId)
{
    private const string GraceSeconds = "3";

    /// <summary>Whether none is left.</summary>
    public async Task<bool> RemoveAsync(CancellationToken cancellationToken)
    {
        var (listed, output) = await RunAsync(["ps", "-a", "--format", $"{{{{.ID}}}} {{{{.Names}}}} {{{{index .Labels \"{ContainerSpecFactory.RunLabel}\"}}}}"], cancellationToken).ConfigureAwait(false);
        if (!listed)
        {
            return false;
        }

        // Containers carry the run's id in a label; the tunnels', which DCP makes, in their names.
        var ids = output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line.Contains(runId, StringComparison.Ordinal))
            .Select(static line => line.Split(' ')[0])
            .ToList();
        return ids.Count == 0 || (await RunAsync(["rm", "-f", "-v", "-t", GraceSeconds, .. ids], cancellationToken).ConfigureAwait(false)).Succeeded;
    }

    private async Task<(bool Succeeded, string Output)> RunAsync(IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(installation.RuntimePath, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"'{installation.RuntimePath}' could not be started.");
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
        await errors.ConfigureAwait(false);
        await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        return (process.ExitCode == 0, output);
    }
}
