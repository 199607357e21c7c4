using System.Diagnostics;
using Aspire.Hosting.Dcp;

namespace Aspire.Hosting.Execution;

/// <summary>
/// A small process that outlives this one, however it ends, and removes what is left of the run.
/// It waits for the end of a pipe that only this process holds: no polling, and no way to end without its notice.
/// </summary>
internal sealed class Reaper : IDisposable
{
    private const string ScriptResource = "Aspire.Hosting.Execution.reaper.sh";
    private readonly Process _process;

    private Reaper(Process process) => _process = process;

    /// <summary>Posts it.</summary>
    /// <param name="installation">Where the runtime is.</param>
    /// <param name="folder">The run's folder, which goes last.</param>
    /// <param name="runId">The run.</param>
    /// <param name="files">Files of the run that are outside its folder.</param>
    public static Reaper Start(DcpInstallation installation, RunFolder folder, string runId, IEnumerable<string> files)
    {
        var script = Path.Combine(folder.Path, "reaper.sh");
        using (var source = typeof(Reaper).Assembly.GetManifestResourceStream(ScriptResource) ?? throw new InvalidOperationException($"'{ScriptResource}' is not embedded."))
        using (var target = File.Create(script))
        {
            source.CopyTo(target);
        }

        var start = new ProcessStartInfo("setsid", ["/bin/sh", script, installation.RuntimePath, runId, folder.Path, installation.NamesFolder, .. files])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        try
        {
            var process = Process.Start(start) ?? throw new InvalidOperationException("setsid could not be started.");

            // The script writes nowhere: a pipe without a reader would end it just when it has work to do.
            process.StandardOutput.Close();
            process.StandardError.Close();
            return new(process);
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new DistributedApplicationException($"'setsid' (package util-linux) is missing: {exception.Message}. Install it, or run eng/setup.", exception);
        }
    }

    /// <summary>Lets the reaper begin and waits until it is done.</summary>
    /// <param name="clean">Whether no container and no network is left.</param>
    /// <param name="cancellationToken">Ends the wait, not the reaper.</param>
    public async Task FinishAsync(bool clean, CancellationToken cancellationToken)
    {
        if (clean)
        {
            await _process.StandardInput.WriteLineAsync("clean".AsMemory(), cancellationToken).ConfigureAwait(false);
        }

        _process.StandardInput.Close();
        await _process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
    }

    public void Dispose() => _process.Dispose();
}
