using System.Diagnostics;

namespace XoeNovAi.IntegrationTests.Hosting;

/// <summary>Ends an AppHost whose test run has ended without it: a process of its own that waits for the end of a pipe which only the test run holds.</summary>
internal sealed class AppHostReaper : IDisposable
{
    // The folder is not among the arguments, by which processes of the run are told.
    private const string Script = """
        trap '' HUP INT TERM
        exec >/dev/null 2>&1
        read -r folder
        read -r over && exit
        kill -TERM "$1"
        while kill -0 "$1"; do sleep 0.2; done
        rm -rf "$folder"
        """;

    private readonly Process _process;

    private AppHostReaper(Process process) => _process = process;

    /// <summary>Posts it.</summary>
    /// <param name="processId">The AppHost.</param>
    /// <param name="folder">Its temporary folder, which goes with it.</param>
    public static AppHostReaper Start(int processId, string folder)
    {
        var process = Process.Start(new ProcessStartInfo("setsid", ["--fork", "sh", "-c", Script, "reaper", $"{processId}"]) { RedirectStandardInput = true, WorkingDirectory = "/" })!;
        process.StandardInput.WriteLine(folder);
        process.StandardInput.Flush();
        return new(process);
    }

    /// <summary>The AppHost has ended, or is ended otherwise.</summary>
    public void Dispose()
    {
        _process.StandardInput.WriteLine("over");
        _process.StandardInput.Close();
        _process.Dispose();
    }
}
