using System.Diagnostics;

namespace XoeNovAi.Hosting.Tests.Cli;

/// <summary>The real aspire command, of the package whose other half set-up unpacks: fetched once, kept beside it.</summary>
internal sealed class AspireCli(string homeFolder)
{
    private const string Version = "13.5.4";
    private static readonly string[] Manifest = ["package.json", "package-lock.json", ".npmrc"];

    private static string Cache => Path.Combine(ToolsHome, "aspire-cli", Version);

    private static string Executable => Path.Combine(Cache, "node_modules", "@microsoft", "aspire-cli-linux-x64", "bin", "aspire");

    public static string ToolsHome
        => Environment.GetEnvironmentVariable("XOE_NOVAI_HOME") is { Length: > 0 } given
            ? given
            : Path.Combine(Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache ? cache : Path.Combine(Environment.GetEnvironmentVariable("HOME")!, ".cache"), "xoe-novai");

    /// <summary>Makes sure that the command is there.</summary>
    public static async Task FetchAsync(string repositoryRoot, CancellationToken cancellationToken)
    {
        if (File.Exists(Executable))
        {
            return;
        }

        var work = $"{Cache}.{Guid.NewGuid():n}";
        Directory.CreateDirectory(work);
        foreach (var file in Manifest)
        {
            File.Copy(Path.Combine(repositoryRoot, "eng", "aspire", file), Path.Combine(work, file));
        }

        var (exitCode, output) = await ProcessRun.ToEndAsync(new("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]) { WorkingDirectory = work }, cancellationToken);
        Assert.AreEqual(0, exitCode, $"npm, which fetches the aspire command, failed: {output}");
        File.SetUnixFileMode(Path.Combine(work, Path.GetRelativePath(Cache, Executable)), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        if (!Directory.Exists(Cache))
        {
            Directory.Move(work, Cache);
        }
        else
        {
            Directory.Delete(work, recursive: true);
        }
    }

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
            ["XOE_NOVAI_HOME"] = ToolsHome,
            ["ASPIRE_CLI_TELEMETRY_OPTOUT"] = "1",
            ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
            ["DOTNET_NOLOGO"] = "1",
            ["DOTNET_GENERATE_ASPNET_CERTIFICATE"] = "false",
            ["NO_COLOR"] = "1",
            ["NUGET_PACKAGES"] = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages"),
        };
}
