using System.ComponentModel;
using System.Diagnostics;
using XoeNovAi.Hosting.Podman.Setup;

namespace XoeNovAi.Hosting.Podman.Runs;

/// <summary>
/// A small process that outlives this one, however it ends, and removes what is left of the run. It waits for the end of
/// a pipe that only this process holds: no polling, and no way to end without its notice. It is nobody's child and in a
/// session of its own, so that ending all of a process tree, or a process group, does not end it.
/// </summary>
internal sealed class Reaper : IDisposable
{
    private const string ScriptResource = "XoeNovAi.Hosting.Podman.Runs.reaper.sh";
    private const string ScriptName = "reaper.sh";
    private readonly Process _process;
    private readonly Task _ended;

    private Reaper(Process process, Action lost)
    {
        _process = process;
        _ended = WatchAsync(lost);
    }

    private bool IsFinishing { get; set; }

    /// <summary>The runs of this user that one is on its post for, wherever they have their folders: they live, or are just being removed.</summary>
    public static IEnumerable<string> Runs() => Directory.EnumerateDirectories("/proc").Select(RunOf).OfType<string>();

    /// <summary>Posts it.</summary>
    /// <param name="environment">Where Podman is.</param>
    /// <param name="folder">The run's folder, which goes last.</param>
    /// <param name="runId">The run.</param>
    /// <param name="lost">Told when it ends before its time.</param>
    public static Reaper Start(PodmanEnvironment environment, RunFolder folder, string runId, Action lost)
    {
        var script = Path.Combine(folder.Path, ScriptName);
        using (var source = typeof(Reaper).Assembly.GetManifestResourceStream(ScriptResource) ?? throw new InvalidOperationException($"'{ScriptResource}' is not embedded."))
        using (var target = File.Create(script))
        {
            source.CopyTo(target);
        }

        var start = new ProcessStartInfo("setsid", ["--fork", "/bin/sh", script, environment.Command, runId, folder.Path, environment.NamesFolder])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = "/",
        };
        try
        {
            var process = Process.Start(start) ?? throw new InvalidOperationException("setsid could not be started.");

            // Before there is anything to reap it is on its post, and no child of this process any more.
            process.StandardOutput.ReadLine();
            process.WaitForExit();
            return new(process, lost);
        }
        catch (Win32Exception exception)
        {
            throw new DistributedApplicationException($"'setsid' (package util-linux) is missing: {exception.Message}. Install it, or run eng/setup.", exception);
        }
    }

    /// <summary>Lets the reaper begin and waits until it is done.</summary>
    /// <param name="clean">Whether no container and no network is left.</param>
    /// <param name="cancellationToken">Ends the wait, not the reaper.</param>
    public async Task FinishAsync(bool clean, CancellationToken cancellationToken)
    {
        IsFinishing = true;
        try
        {
            if (clean)
            {
                await _process.StandardInput.WriteLineAsync("clean".AsMemory(), cancellationToken).ConfigureAwait(false);
            }

            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before its time, which has been said.
        }

        await _ended.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    // The end of its input lets it begin.
    public void Dispose()
    {
        IsFinishing = true;
        _process.Dispose();
    }

    // The script, podman, the run.
    private static string? RunOf(string process)
    {
        try
        {
            var arguments = File.ReadAllText(Path.Combine(process, "cmdline")).Split('\0');
            var script = Array.FindIndex(arguments, static a => a.EndsWith($"/{ScriptName}", StringComparison.Ordinal));
            return script >= 0 && script + 2 < arguments.Length ? arguments[script + 2] : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It is no process, or has ended meanwhile, or is another user's.
            return null;
        }
    }

    // What was started has ended at once, and the script goes on: it holds its output open until it is done.
    private async Task WatchAsync(Action lost)
    {
        try
        {
            await _process.StandardOutput.ReadToEndAsync().ConfigureAwait(false);
        }
        catch (Exception) when (IsFinishing)
        {
            // Nobody waits for its end any more.
        }

        if (!IsFinishing)
        {
            lost();
        }
    }
}
