using System.Diagnostics;

namespace XoeNovAi.Hosting.Podman.Setup;

/// <summary>Calls podman.</summary>
internal sealed class PodmanCli(PodmanEnvironment environment)
{
    /// <summary>What the command printed; an error that carries what it complained of when it failed.</summary>
    public async Task<string> RunAsync(IEnumerable<string> arguments, CancellationToken cancellationToken, Stream? input = null)
    {
        var (exitCode, output, error) = await TryRunAsync(arguments, cancellationToken, input).ConfigureAwait(false);
        return exitCode == 0
            ? output
            : throw new DistributedApplicationException($"'podman {string.Join(' ', arguments)}' failed: {error.Trim()}");
    }

    public async Task<(int ExitCode, string Output, string Error)> TryRunAsync(IEnumerable<string> arguments, CancellationToken cancellationToken, Stream? input = null)
    {
        var start = new ProcessStartInfo(environment.Podman, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        using var process = Process.Start(start) ?? throw new DistributedApplicationException($"'{environment.Podman}' could not be started.");
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            if (input is not null)
            {
                await input.CopyToAsync(process.StandardInput.BaseStream, cancellationToken).ConfigureAwait(false);
            }

            process.StandardInput.Close();
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            return (process.ExitCode, await output.ConfigureAwait(false), await error.ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
