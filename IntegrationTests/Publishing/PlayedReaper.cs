using System.Diagnostics;

namespace XoeNovAi.IntegrationTests.Publishing;

/// <summary>
/// Removes all that bears the name of a played stack, when it is disposed of and also when the test run is killed: a process of its own
/// that waits for the end of a pipe which only this one holds.
/// </summary>
internal sealed class PlayedReaper : IAsyncDisposable
{
    // Podman keeps processes of its user's: none of them must hold the pipe that tells of the end.
    private const string Script = """
        trap '' HUP INT TERM PIPE
        podman=$1 name=$2 folder=$3 pause=$4
        echo ready
        exec 3>&1 >/dev/null 2>&1
        while read -r word; do :; done
        podman() { "$podman" "$@" 3>&-; }
        each() { grep "$1" | xargs -r "$podman" $2 3>&-; }
        podman pod ps --format '{{.Name}}' | each "^$name" 'pod rm --force --time 1'
        podman network ls --format '{{.Name}}' | each "^$name" 'network rm --force'
        podman volume ls --format '{{.Name}}' | each "^$name" 'volume rm --force'
        podman secret ls --format '{{.Name}}' | each "^$name" 'secret rm'
        podman images --format '{{.Repository}}:{{.Tag}}' | each ":$name\$" 'rmi --force'
        [ -n "$pause" ] || podman images --format '{{.Repository}}:{{.Tag}}' | each '^localhost/podman-pause:' 'rmi --force'
        rm -rf "$folder"
        """;

    private readonly Process _process;

    private PlayedReaper(Process process) => _process = process;

    /// <summary>Posts it, before there is anything to remove.</summary>
    /// <param name="podman">Podman's command.</param>
    /// <param name="name">What the names of all that is played begin with, and the tag of its images.</param>
    /// <param name="folder">The folder of what was published, which goes last.</param>
    /// <param name="keepsPauseImage">Whether the image of pods stays: it was there before.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<PlayedReaper> StartAsync(string podman, string name, string folder, bool keepsPauseImage, CancellationToken cancellationToken)
    {
        var process = Process.Start(new ProcessStartInfo("setsid", ["--fork", "sh", "-c", Script, "reaper", podman, name, folder, keepsPauseImage ? "keep" : string.Empty])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = "/",
        })!;
        Assert.AreEqual("ready", await process.StandardOutput.ReadLineAsync(cancellationToken));
        return new(process);
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.StandardOutput.ReadToEndAsync();
        _process.Dispose();
    }
}
