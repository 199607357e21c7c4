using XoeNovAi.Hosting.Podman.Hardening;

namespace XoeNovAi.Hosting.Publishing.Description;

/// <summary>What is deployed, free of any engine: made once from the model, and translated by each publisher.</summary>
/// <param name="Networks">The declared networks.</param>
/// <param name="Containers">The containers; what another waits for comes before it.</param>
internal sealed record DeployedModel(IReadOnlyList<DeployedNetwork> Networks, IReadOnlyList<DeployedContainer> Containers)
{
    /// <summary>The subnet of a network.</summary>
    public string SubnetOf(SubnetPart part) => Networks.First(n => n.Name == part.Network).Subnet;

    /// <summary>Those that are in the network of a container, and it itself.</summary>
    public IEnumerable<DeployedContainer> TogetherWith(DeployedContainer owner) => Containers.Where(c => c == owner || c.InNetworkOf == owner.Name);
}

/// <summary>A declared network.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsInternal">Whether it has no way out.</param>
/// <param name="HasNames">Whether its containers find each other by name.</param>
/// <param name="Subnet">Its subnet, for engines that have such.</param>
internal sealed record DeployedNetwork(string Name, bool IsInternal, bool HasNames, string Subnet);

/// <summary>What a container needs.</summary>
internal sealed record DeployedContainer
{
    /// <summary>Its name, by which others find it.</summary>
    public required string Name { get; init; }

    /// <summary>Its image.</summary>
    public required string Image { get; init; }

    /// <summary>What the image has to be built of first; null when it exists.</summary>
    public string? BuiltOf { get; init; }

    /// <summary>What is run instead of the image's own program; null for that.</summary>
    public string? Entrypoint { get; init; }

    /// <summary>What follows the program.</summary>
    public IReadOnlyList<Value> Arguments { get; init; } = [];

    /// <summary>Its environment.</summary>
    public IReadOnlyDictionary<string, Value> Environment { get; init; } = new Dictionary<string, Value>();

    /// <summary>The folder it reads its secrets from; null when it reads them from its environment.</summary>
    public string? SecretFolder { get; init; }

    /// <summary>Its files.</summary>
    public IReadOnlyList<DeployedFile> Files { get; init; } = [];

    /// <summary>What it keeps.</summary>
    public IReadOnlyList<DeployedVolume> Volumes { get; init; } = [];

    /// <summary>Where it listens.</summary>
    public IReadOnlyList<DeployedEndpoint> Endpoints { get; init; } = [];

    /// <summary>The networks it is on.</summary>
    public IReadOnlyList<DeployedMembership> Networks { get; init; } = [];

    /// <summary>In whose network it is, instead.</summary>
    public string? InNetworkOf { get; init; }

    /// <summary>What it is kept from.</summary>
    public required ContainerHardening Hardening { get; init; }

    /// <summary>What it may use, in MB.</summary>
    public int? MemoryMegabytes { get; init; }

    /// <summary>How many processors it may use.</summary>
    public double? Cpus { get; init; }

    /// <summary>How many of it there are.</summary>
    public int Replicas { get; init; } = 1;

    /// <summary>How its health is asked for over its network; null when it cannot be.</summary>
    public DeployedProbe? Probe { get; init; }

    /// <summary>The command in it that fails when it is not well; null when there is none.</summary>
    public IReadOnlyList<string>? HealthCommand { get; init; }

    /// <summary>What has to be healthy, or to run, before it starts.</summary>
    public IReadOnlyList<DeployedWait> Waits { get; init; } = [];

    /// <summary>Whether it keeps something.</summary>
    public bool IsStore => Volumes.Any(static v => v.HostPath is null);

    /// <summary>Its secret environment variables.</summary>
    public IEnumerable<KeyValuePair<string, Value>> Secrets => Environment.Where(static e => e.Value.IsSecret);

    /// <summary>The folders it may write to, in memory, beside those that are declared: what a read-only root would take from it.</summary>
    public IEnumerable<TemporaryFolder> TemporaryFolders
        => (Hardening.ReadOnlyRoot ? (string[])["/run:mode=1777", "/tmp:mode=1777", "/var/tmp:mode=1777"] : ["/run:mode=1777"])
            .Concat(Hardening.TemporaryFolders).Select(TemporaryFolder.Parse).GroupBy(static f => f.Path, static (_, same) => same.Last(), StringComparer.Ordinal)
            .Where(f => Volumes.All(v => v.Target != f.Path));
}

/// <summary>A folder in memory.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Options">How it is mounted; null when nothing is said.</param>
internal sealed record TemporaryFolder(string Path, string? Options)
{
    public static TemporaryFolder Parse(string text) => text.Split(':', 2) is [var path, var options] ? new(path, options) : new(text, null);
}

/// <summary>A file in a container.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Content">What is in it; null when it is a certificate or a key, which whoever deploys provides.</param>
internal sealed record DeployedFile(string Path, byte[]? Content)
{
    /// <summary>Its folder.</summary>
    public string Folder => Path[..Path.LastIndexOf('/')] is { Length: > 0 } folder ? folder : "/";

    /// <summary>Its name.</summary>
    public string Name => Path[(Path.LastIndexOf('/') + 1)..];

    /// <summary>A name for it among all files of the container.</summary>
    public string Key => Path.Trim('/').Replace('/', '-');
}

/// <summary>A volume of a container.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Target">Where it is in the container.</param>
/// <param name="IsReadOnly">Whether it is only read.</param>
/// <param name="HostPath">The folder or file of the host that it is; null for a volume.</param>
internal sealed record DeployedVolume(string Name, string Target, bool IsReadOnly, string? HostPath);

/// <summary>An endpoint of a container.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Port">The port it listens on.</param>
/// <param name="IsUdp">Whether it is UDP.</param>
/// <param name="IsExternal">Whether it is for callers from outside.</param>
/// <param name="PublishedPort">The port outside; the same when null.</param>
internal sealed record DeployedEndpoint(string Name, int Port, bool IsUdp, bool IsExternal, int? PublishedPort)
{
    /// <summary>Its protocol.</summary>
    public string Protocol => IsUdp ? "UDP" : "TCP";
}

/// <summary>That a container is on a network.</summary>
/// <param name="Network">The network.</param>
/// <param name="Aliases">Its names there, beside its own.</param>
internal sealed record DeployedMembership(string Network, IReadOnlyList<string> Aliases);

/// <summary>How a container's health is asked for.</summary>
/// <param name="Port">At which port.</param>
/// <param name="Path">What is asked for over HTTP; null when it is enough that the port is open.</param>
/// <param name="PeriodSeconds">How often.</param>
/// <param name="TimeoutSeconds">How long an answer may take.</param>
/// <param name="FailureThreshold">How many failures in a row count.</param>
internal sealed record DeployedProbe(int Port, string? Path, int PeriodSeconds, int TimeoutSeconds, int FailureThreshold);

/// <summary>What a container waits for.</summary>
/// <param name="Container">The other.</param>
/// <param name="UntilHealthy">Whether until it is healthy, or only until it runs.</param>
internal sealed record DeployedWait(string Container, bool UntilHealthy);
