using System.Text.Json;
using Microsoft.Extensions.Options;

namespace Aspire.Hosting.Dcp;

/// <summary>Where the parts are that this application does not bring along; found in configuration, else where eng/setup put them.</summary>
internal sealed record DcpInstallation(string DcpPath, string DashboardPath, string Runtime, string? RuntimeFolder, string RunRoot, string NamesFolder, string? TunnelImage)
{
    private const string EnvironmentFile = "environment.json";

    public string RuntimePath => RuntimeFolder is { } folder && File.Exists(Path.Combine(folder, Runtime)) ? Path.Combine(folder, Runtime) : Runtime;

    public static DcpInstallation Locate(IOptions<DcpOptions> options)
    {
        var given = options.Value;
        var setup = ReadSetup();
        string? FromSetup(string property) => setup is { } found && found.TryGetProperty(property, out var value) ? value.GetString() : null;
        var bundle = FromSetup("aspire");
        return new(
            given.CliPath ?? (bundle is null ? throw Missing("DCP", "CliPath") : Path.Combine(bundle, "dcp", "dcp")),
            given.DashboardPath ?? (bundle is null ? throw Missing("the dashboard", "DashboardPath") : Path.Combine(bundle, "managed", "aspire-managed")),
            given.ContainerRuntime,
            given.RuntimeFolder ?? FromSetup("bin"),
            given.RunRoot ?? FromSetup("runRoot") ?? Path.GetTempPath(),
            Path.Combine(FromSetup("podmanRuntimeDir") ?? Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") ?? "/run", "containers", "networks", "aardvark-dns"),
            given.TunnelImage ?? FromSetup("tunnelImage"));
    }

    /// <summary>The folder of what eng/setup fetched: <c>XOE_NOVAI_HOME</c>, else <c>xoe-novai</c> in the user's cache.</summary>
    internal static string SetupHome => Environment.GetEnvironmentVariable("XOE_NOVAI_HOME") is { Length: > 0 } given
        ? given
        : Path.Combine(
            Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache ? cache : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
            "xoe-novai");

    private static DistributedApplicationException Missing(string what, string key)
        => new($"{what} was not found. Run eng/setup, or say where it is with {DcpOptions.Section}:{key}.");

    private static JsonElement? ReadSetup()
    {
        var path = Path.Combine(SetupHome, EnvironmentFile);
        if (!File.Exists(path))
        {
            return null;
        }

        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return document.RootElement.Clone();
    }
}
