namespace XoeNovAi.Hosting.Consul;

/// <summary>A proxy beside an instance of a service, by which it calls and is called in Consul's mesh.</summary>
/// <param name="name">The resource's name.</param>
/// <param name="service">The service.</param>
public sealed class ConsulSidecarResource(string name, string service) : ContainerResource(name)
{
    private readonly Dictionary<string, int> _upstreams = new(StringComparer.Ordinal);

    /// <summary>The service it stands beside.</summary>
    public string Service { get; } = service;

    /// <summary>The services it leads to, and the ports of loopback at which it does.</summary>
    public IReadOnlyDictionary<string, int> Upstreams => _upstreams;

    internal void AddUpstream(string service, int port) => _upstreams[service] = port;
}
