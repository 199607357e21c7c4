using System.Text.Json;

namespace XoeNovAi.Hosting.Podman.Setup;

/// <summary>Which Podman is called on this machine, and what it can do.</summary>
public sealed record PodmanEnvironment
{
    private const string FileName = "environment.json";
    private static readonly string[] SearchPath = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The <c>podman</c> to call. Where this process is root, one that runs as an unprivileged user.</summary>
    public required string Command { get; init; }

    /// <summary>The folder the runs' own folders are made in. Podman's user can read what is in it.</summary>
    public required string RunRoot { get; init; }

    /// <summary>The folder Podman's name server, aardvark-dns, keeps a file for each network in.</summary>
    public required string NamesFolder { get; init; }

    /// <summary>The image that leads from a network to services of the host; null where there is none.</summary>
    public string? TunnelImage { get; init; }

    /// <summary>Whether a limit of memory holds.</summary>
    public bool LimitsMemory { get; init; }

    /// <summary>Whether a limit of processors holds.</summary>
    public bool LimitsCpus { get; init; }

    /// <summary>Whether a limit of processes holds.</summary>
    public bool LimitsPids { get; init; }

    /// <summary>The folder of set-up: <c>XOE_NOVAI_HOME</c>, else <c>xoe-novai</c> in the user's cache.</summary>
    public static string Home => Environment.GetEnvironmentVariable("XOE_NOVAI_HOME") is { Length: > 0 } given
        ? given
        : Path.Combine(
            Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache ? cache : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
            "xoe-novai");

    /// <summary>Finds what set-up has written down; without it, an ordinary user's own Podman.</summary>
    /// <exception cref="DistributedApplicationException">There is neither.</exception>
    public static PodmanEnvironment Find()
    {
        var path = Path.Combine(Home, FileName);
        return File.Exists(path) ? Read(path) : OfUser();
    }

    private static PodmanEnvironment Read(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            var root = document.RootElement;
            var limits = root.GetProperty("limits");
            return new()
            {
                Command = Path.Combine(root.GetProperty("bin").GetString()!, "podman"),
                RunRoot = root.GetProperty("runRoot").GetString()!,
                NamesFolder = NamesFolderIn(root.GetProperty("podmanRuntimeDir").GetString()!),
                TunnelImage = root.TryGetProperty("tunnelImage", out var tunnel) ? tunnel.GetString() : null,
                LimitsMemory = limits.GetProperty("memory").GetBoolean(),
                LimitsCpus = limits.GetProperty("cpus").GetBoolean(),
                LimitsPids = limits.GetProperty("pids").GetBoolean(),
            };
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentNullException)
        {
            throw new DistributedApplicationException($"'{path}', which says which Podman to call, cannot be understood: {exception.Message} Run eng/setup, which writes it anew.", exception);
        }
    }

    private static PodmanEnvironment OfUser()
    {
        if (Environment.IsPrivilegedProcess)
        {
            throw new DistributedApplicationException($"This process is root, and '{Path.Combine(Home, FileName)}' names no unprivileged user for Podman to run as. Run eng/setup, or start as an ordinary user.");
        }

        var command = SearchPath.Select(static folder => Path.Combine(folder, "podman")).FirstOrDefault(File.Exists)
            ?? throw new DistributedApplicationException("'podman' was not found on the PATH. Install it (on Debian: apt-get install podman), or run eng/setup.");
        var runtime = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } given
            ? given
            : throw new DistributedApplicationException("XDG_RUNTIME_DIR is not set, and rootless Podman keeps its state there. Log in with a session of your own, or run eng/setup.");

        // Without a word from set-up on whether they hold, limits are left to Podman, which refuses those it cannot set.
        return new() { Command = command, RunRoot = Path.Combine(runtime, "aspire-podman"), NamesFolder = NamesFolderIn(runtime), LimitsMemory = true, LimitsCpus = true, LimitsPids = true };
    }

    private static string NamesFolderIn(string runtimeFolder) => Path.Combine(runtimeFolder, "containers", "networks", "aardvark-dns");
}
