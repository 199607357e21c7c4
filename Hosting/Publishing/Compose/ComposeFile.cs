namespace XoeNovAi.Hosting.Publishing.Compose;

/// <summary>A compose file, as its specification has it.</summary>
internal sealed record ComposeFile
{
    public required string Name { get; init; }

    public required IReadOnlyDictionary<string, ComposeService> Services { get; init; }

    public IReadOnlyDictionary<string, ComposeNetwork>? Networks { get; init; }

    public IReadOnlyDictionary<string, ComposeVolume>? Volumes { get; init; }

    public IReadOnlyDictionary<string, ComposeSource>? Secrets { get; init; }

    public IReadOnlyDictionary<string, ComposeSource>? Configs { get; init; }
}

/// <summary>A service of a compose file.</summary>
internal sealed record ComposeService
{
    public required string Image { get; init; }

    public IReadOnlyList<string>? Entrypoint { get; init; }

    public IReadOnlyList<string>? Command { get; init; }

    public IReadOnlyDictionary<string, string>? Environment { get; init; }

    public IReadOnlyDictionary<string, ComposeMembership>? Networks { get; init; }

    public string? NetworkMode { get; init; }

    public IReadOnlyList<string>? Ports { get; init; }

    public IReadOnlyList<ComposeMount>? Volumes { get; init; }

    public IReadOnlyList<string>? Tmpfs { get; init; }

    public IReadOnlyList<ComposeUse>? Secrets { get; init; }

    public IReadOnlyList<ComposeUse>? Configs { get; init; }

    public bool ReadOnly { get; init; }

    public string? User { get; init; }

    public IReadOnlyList<string> CapDrop { get; init; } = ["ALL"];

    public IReadOnlyList<string>? CapAdd { get; init; }

    public IReadOnlyList<string> SecurityOpt { get; init; } = ["no-new-privileges:true"];

    public string? MemLimit { get; init; }

    public double? Cpus { get; init; }

    public int PidsLimit { get; init; }

    public ComposeDeploy? Deploy { get; init; }

    public ComposeHealth? Healthcheck { get; init; }

    public IReadOnlyDictionary<string, ComposeDependency>? DependsOn { get; init; }

    public string Restart { get; init; } = "unless-stopped";
}

/// <summary>A network.</summary>
internal sealed record ComposeNetwork(bool? Internal, ComposeAddresses Ipam);

/// <summary>The addresses of a network.</summary>
internal sealed record ComposeAddresses(IReadOnlyList<ComposeSubnet> Config);

/// <summary>A subnet.</summary>
internal sealed record ComposeSubnet(string Subnet);

/// <summary>A volume; it has nothing but its name.</summary>
internal sealed record ComposeVolume;

/// <summary>A file of this machine that becomes a secret or a config.</summary>
internal sealed record ComposeSource(string File);

/// <summary>The names of a service on a network.</summary>
internal sealed record ComposeMembership(IReadOnlyList<string>? Aliases);

/// <summary>A volume or folder in a service.</summary>
internal sealed record ComposeMount(string Type, string Source, string Target, bool? ReadOnly);

/// <summary>A secret or config in a service.</summary>
internal sealed record ComposeUse(string Source, string Target);

/// <summary>How many there are.</summary>
internal sealed record ComposeDeploy(int Replicas);

/// <summary>How health is asked for.</summary>
internal sealed record ComposeHealth(IReadOnlyList<string> Test, string Interval = "10s", string Timeout = "5s", int Retries = 3, string StartPeriod = "5s");

/// <summary>What a service waits for.</summary>
internal sealed record ComposeDependency(string Condition);
