using System.Diagnostics;
using XoeNovAi.Hosting.Podman.Setup;

namespace XoeNovAi.BootBenchmark;

/// <summary>Calls podman as a script would.</summary>
internal sealed class Podman(PodmanEnvironment environment)
{
    public string RunRoot => environment.RunRoot;

    public async Task<string> RunAsync(IEnumerable<string> arguments, CancellationToken cancellationToken, byte[]? input = null)
        => Console.InputEncoding.GetString(await RunForBytesAsync(arguments, cancellationToken, input).ConfigureAwait(false));

    public async Task<byte[]> RunForBytesAsync(IEnumerable<string> arguments, CancellationToken cancellationToken, byte[]? input = null)
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
        using var output = new MemoryStream();
        var reading = process.StandardOutput.BaseStream.CopyToAsync(output, cancellationToken);
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        if (input is not null)
        {
            await process.StandardInput.BaseStream.WriteAsync(input, cancellationToken).ConfigureAwait(false);
        }

        process.StandardInput.Close();
        await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        await reading.ConfigureAwait(false);

        // Arguments may be long, and the reason is in what podman says.
        return process.ExitCode == 0 ? output.ToArray() : throw new InvalidOperationException($"'podman {command[0]}' failed: {(await error.ConfigureAwait(false)).Trim()}");
    }
}
