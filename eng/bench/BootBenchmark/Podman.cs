using System.Diagnostics;
using XoeNovAi.Hosting.Podman.Setup;

namespace XoeNovAi.BootBenchmark;

/// <summary>Calls podman as a script would.</summary>
internal sealed class Podman(PodmanEnvironment environment)
{
    public string RunRoot => environment.RunRoot;

    public async Task<string> RunAsync(IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        List<string> command = [.. arguments];
        var start = new ProcessStartInfo(environment.Podman, command)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"'{environment.Podman}' could not be started.");
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        process.StandardInput.Close();
        await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);

        // Arguments may be long, and the reason is in what podman says.
        return process.ExitCode == 0 ? await output.ConfigureAwait(false) : throw new InvalidOperationException($"'podman {command[0]}' failed: {(await error.ConfigureAwait(false)).Trim()}");
    }
}
