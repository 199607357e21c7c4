namespace XoeNovAi.IntegrationTests.Publishing;

/// <summary>Publishes the model by a process of its own, as a developer would, with nothing set up: neither podman nor DCP nor anything eng/setup fetched can be found.</summary>
internal static class AppHostPublisher
{
    /// <summary>Publishes.</summary>
    /// <param name="publisher">The publisher.</param>
    /// <param name="folder">The folder of the output.</param>
    /// <param name="arguments">What else is on the command line.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(string publisher, string folder, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var nothing = Path.Combine(Path.GetTempPath(), $"xoe-novai-nothing-{Guid.NewGuid():n}");
        var run = await DotnetHost.RunAsync(
            DotnetHost.BuiltAppHost, ["--publisher", publisher, "--output-path", folder, .. arguments], new Dictionary<string, string?> { ["XOE_NOVAI_HOME"] = nothing, ["PATH"] = nothing }, cancellationToken);
        return (run.ExitCode, run.StandardOutput, run.StandardError);
    }
}
