using System.Text.Json;

namespace XoeNovAi.Hosting.Podman.Setup;

/// <summary>What eng/setup found or made on this machine.</summary>
internal sealed record PodmanEnvironment(string Bin, string RunRoot, bool LimitsMemory, bool LimitsCpus, bool LimitsPids)
{
    private const string FileName = "environment.json";

    /// <summary>The <c>podman</c> to call: as root, the one that drops to the unprivileged user.</summary>
    public string Podman => Path.Combine(Bin, "podman");

    /// <summary>The folder all that set-up fetched is in: <c>XOE_NOVAI_HOME</c>, else <c>xoe-novai</c> in the user's cache.</summary>
    public static string Home => Environment.GetEnvironmentVariable("XOE_NOVAI_HOME") is { Length: > 0 } given
        ? given
        : Path.Combine(
            Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache ? cache : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
            "xoe-novai");

    public static PodmanEnvironment Read()
    {
        var path = Path.Combine(Home, FileName);
        if (!File.Exists(path))
        {
            throw new DistributedApplicationException($"'{path}' is missing: this machine has not been set up. Run eng/setup.");
        }

        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        var root = document.RootElement;
        var limits = root.GetProperty("limits");
        return new(
            root.GetProperty("bin").GetString()!,
            root.GetProperty("runRoot").GetString()!,
            limits.GetProperty("memory").GetBoolean(),
            limits.GetProperty("cpus").GetBoolean(),
            limits.GetProperty("pids").GetBoolean());
    }
}
