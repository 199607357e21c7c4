using CliWrap;
using CliWrap.Buffered;

namespace XoeNovAi.IntegrationTests.Harness;

/// <summary>The .NET host, by which tests run programs that are built as processes of their own.</summary>
internal static class DotnetHost
{
    /// <summary>Its command. <c>dotnet test</c> runs the tests by an executable of their own, so it is not this process.</summary>
    public static string Command => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    /// <summary>The AppHost, as its own build has put it beside the tests: what <c>dotnet run</c> starts.</summary>
    public static string BuiltAppHost
        => Path.Combine(AppContext.BaseDirectory, "..", "..", "AppHost", Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), "AppHost.dll");

    /// <summary>Runs a program to its end, however that is.</summary>
    /// <param name="assembly">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">What its environment has beside that of the tests.</param>
    /// <param name="cancellationToken">Ends it, with all that it has started.</param>
    public static async Task<BufferedCommandResult> RunAsync(string assembly, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?> environment, CancellationToken cancellationToken)
        => await Cli.Wrap(Command).WithArguments(["exec", assembly, .. arguments]).WithEnvironmentVariables(environment).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(cancellationToken);
}
