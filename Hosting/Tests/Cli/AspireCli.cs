using System.Diagnostics;
using Aspire.Hosting.Dcp;
using XoeNovAi.Hosting.Tests.Dcp;

namespace XoeNovAi.Hosting.Tests.Cli;

/// <summary>The real aspire command, which set-up keeps beside DCP.</summary>
internal sealed class AspireCli(string homeFolder)
{
    private static readonly string Executable = ExecutableOf(DcpEnvironment.Read());

    /// <summary>What the command is started with; it keeps its files below a home of its own, and sends nothing home.</summary>
    public ProcessStartInfo Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Executable, [.. arguments, "--non-interactive"]) { WorkingDirectory = homeFolder };
        foreach (var (name, value) in EnvironmentOf(homeFolder))
        {
            start.Environment[name] = value;
        }

        return start;
    }

    /// <summary>Runs the command and returns what it printed; it must end well.</summary>
    public async Task<string> RunAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        var (exitCode, output) = await ProcessRun.ToEndAsync(Start(arguments), cancellationToken);
        Assert.AreEqual(0, exitCode, $"aspire {string.Join(' ', arguments)}: {output}");
        return output;
    }

    public static IReadOnlyDictionary<string, string> EnvironmentOf(string homeFolder)
        => new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["HOME"] = homeFolder,
            ["XOE_NOVAI_HOME"] = DcpInstallation.SetupHome,
            ["ASPIRE_CLI_TELEMETRY_OPTOUT"] = "1",
            ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
            ["DOTNET_NOLOGO"] = "1",
            ["DOTNET_GENERATE_ASPNET_CERTIFICATE"] = "false",
            ["NO_COLOR"] = "1",
            ["NUGET_PACKAGES"] = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages"),
        };

    private static string ExecutableOf(DcpEnvironment setup)
    {
        Assert.IsTrue(File.Exists(setup.CliPath), $"'{setup.CliPath}' is missing. Run eng/setup, which fetches it.");
        return setup.CliPath;
    }
}
