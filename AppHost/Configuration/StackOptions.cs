namespace XoeNovAi.AppHost.Configuration;

/// <summary>How the stack is run, from the configuration section <c>Stack</c>.</summary>
internal sealed class StackOptions
{
    public const string Section = "Stack";

    /// <summary>Whether services run as containers, as processes or not at all, unless a service says otherwise. Containers by default.</summary>
    public RunMode Run { get; set; }

    /// <summary>The gateway's port on the host. 8000 by default; tests use a free one.</summary>
    public int GatewayPort { get; set; } = 8000;

    /// <summary>How long the start may take until everything is healthy. Three minutes by default.</summary>
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromMinutes(3);

    /// <summary>How often Consul checks a service. One second by default.</summary>
    public TimeSpan CheckInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether services answer with what they received, for tests of the way there. Off by default.</summary>
    public bool Echo { get; set; }

    /// <summary>Whether services can be made sick, slow or crash, and containers frozen and killed by commands of the dashboard. Off by default.</summary>
    public bool Faults { get; set; }

    /// <summary>How PostgreSQL and Redis are run.</summary>
    public DataOptions Data { get; set; } = new();

    /// <summary>How Consul is run.</summary>
    public ConsulOptions Consul { get; set; } = new();

    /// <summary>Whether services call each other through Consul's mesh, where the model has that. Off by default; for services in containers.</summary>
    public MeshMode Mesh { get; set; }

    /// <summary>Faults to plant, by name and with commas between them, to show that the suite finds them. None by default; in the environment Testing only.</summary>
    public string? Plant { get; set; }

    /// <summary>What departs from that, by service.</summary>
    public Dictionary<string, StackServiceOptions> Services { get; set; } = new(StringComparer.OrdinalIgnoreCase);

    public StackServiceOptions For(string service) => Services.GetValueOrDefault(service) ?? new();

    /// <summary>How a service runs. An image has no process for the debugger: with one, it is a container unless the service itself is told otherwise.</summary>
    public RunMode RunOf(string service) => For(service) switch
    {
        { Run: { } run } => run,
        { Image: not null } => RunMode.Container,
        _ => Run,
    };
}

/// <summary>How a service runs.</summary>
internal enum RunMode
{
    /// <summary>In a container, isolated.</summary>
    Container,

    /// <summary>As a process on the host, for the debugger.</summary>
    Process,

    /// <summary>Not at all: it is left out.</summary>
    None,
}

/// <summary>How services call each other where the model says which may.</summary>
internal enum MeshMode
{
    /// <summary>Directly.</summary>
    Off,

    /// <summary>Through sidecars, with certificates of Consul's authority.</summary>
    On,
}
