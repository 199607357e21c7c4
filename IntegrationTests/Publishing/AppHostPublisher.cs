using System.Diagnostics;

namespace XoeNovAi.IntegrationTests.Publishing;

/// <summary>Publishes the model by a process of its own, as a developer would, with nothing set up: neither podman nor DCP nor anything eng/setup fetched can be found.</summary>
internal static class AppHostPublisher
{
    // `dotnet test` runs the tests by an executable of their own, so it is not this process that can run the AppHost.
    private static string Dotnet => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    private static string BuiltAppHost
        => Path.Combine(AppContext.BaseDirectory, "..", "..", "AppHost", Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), "AppHost.dll");

    /// <summary>Publishes.</summary>
    /// <param name="publisher">The publisher.</param>
    /// <param name="folder">The folder of the output.</param>
    /// <param name="arguments">What else is on the command line.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(string publisher, string folder, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var nothing = Path.Combine(Path.GetTempPath(), $"xoe-novai-nothing-{Guid.NewGuid():n}");
        var start = new ProcessStartInfo(Dotnet, ["exec", BuiltAppHost, "--publisher", publisher, "--output-path", folder, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["XOE_NOVAI_HOME"] = nothing, ["PATH"] = nothing },
        };
        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
