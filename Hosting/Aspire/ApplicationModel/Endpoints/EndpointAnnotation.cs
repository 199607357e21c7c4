using System.Net.Sockets;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>An address a resource listens on.</summary>
public sealed class EndpointAnnotation : IResourceAnnotation
{
    private string? _transport;
    private int? _port;
    private int? _targetPort;
    private bool _portIsNull;
    private bool _targetPortIsNull;

    /// <summary>Creates the endpoint.</summary>
    /// <param name="protocol">TCP or UDP.</param>
    /// <param name="networkId">The network it is on; the host's by default.</param>
    /// <param name="uriScheme">The scheme; that of the protocol by default.</param>
    /// <param name="transport">What is spoken, such as http2.</param>
    /// <param name="name">The endpoint's name; the scheme by default.</param>
    /// <param name="port">The port others use; a free one by default.</param>
    /// <param name="targetPort">The port the resource listens on.</param>
    /// <param name="isExternal">Whether it is meant for the outside.</param>
    /// <param name="isProxied">Whether DCP's proxy stands before it; so by default.</param>
    public EndpointAnnotation(ProtocolType protocol, NetworkIdentifier? networkId, string? uriScheme = null, string? transport = null, string? name = null, int? port = null, int? targetPort = null, bool? isExternal = null, bool? isProxied = null)
    {
        Protocol = protocol;
        DefaultNetworkID = networkId ?? KnownNetworkIdentifiers.LocalhostNetwork;
        UriScheme = uriScheme ?? (protocol == ProtocolType.Udp ? "udp" : "tcp");
        _transport = transport;
        Name = name ?? UriScheme;
        _port = port;
        _targetPort = targetPort;
        IsExternal = isExternal ?? false;
        IsExplicitlyProxied = isProxied;
        IsProxied = isProxied ?? true;
    }

    /// <summary>Creates the endpoint on the host's network.</summary>
    /// <param name="protocol">TCP or UDP.</param>
    /// <param name="uriScheme">The scheme; that of the protocol by default.</param>
    /// <param name="transport">What is spoken, such as http2.</param>
    /// <param name="name">The endpoint's name; the scheme by default.</param>
    /// <param name="port">The port others use; a free one by default.</param>
    /// <param name="targetPort">The port the resource listens on.</param>
    /// <param name="isExternal">Whether it is meant for the outside.</param>
    /// <param name="isProxied">Whether DCP's proxy stands before it; so by default.</param>
    public EndpointAnnotation(ProtocolType protocol, string? uriScheme = null, string? transport = null, string? name = null, int? port = null, int? targetPort = null, bool? isExternal = null, bool? isProxied = null)
        : this(protocol, null, uriScheme, transport, name, port, targetPort, isExternal, isProxied)
    {
    }

    /// <summary>Creates the endpoint.</summary>
    /// <param name="protocol">TCP or UDP.</param>
    /// <param name="networkId">The network it is on; the host's when null.</param>
    /// <param name="uriScheme">The scheme; that of the protocol when null.</param>
    /// <param name="transport">What is spoken, such as http2.</param>
    /// <param name="name">The endpoint's name; the scheme when null.</param>
    /// <param name="port">The port others use; a free one when null.</param>
    /// <param name="targetPort">The port the resource listens on.</param>
    /// <param name="isExternal">Whether it is meant for the outside.</param>
    /// <param name="isProxied">Whether DCP's proxy stands before it.</param>
    public EndpointAnnotation(ProtocolType protocol, NetworkIdentifier? networkId, string? uriScheme, string? transport, string? name, int? port, int? targetPort, bool? isExternal, bool isProxied)
        : this(protocol, networkId, uriScheme, transport, name, port, targetPort, isExternal, (bool?)isProxied)
    {
    }

    /// <summary>Creates the endpoint on the host's network.</summary>
    /// <param name="protocol">TCP or UDP.</param>
    /// <param name="uriScheme">The scheme; that of the protocol when null.</param>
    /// <param name="transport">What is spoken, such as http2.</param>
    /// <param name="name">The endpoint's name; the scheme when null.</param>
    /// <param name="port">The port others use; a free one when null.</param>
    /// <param name="targetPort">The port the resource listens on.</param>
    /// <param name="isExternal">Whether it is meant for the outside.</param>
    /// <param name="isProxied">Whether DCP's proxy stands before it.</param>
    public EndpointAnnotation(ProtocolType protocol, string? uriScheme, string? transport, string? name, int? port, int? targetPort, bool? isExternal, bool isProxied)
        : this(protocol, null, uriScheme, transport, name, port, targetPort, isExternal, (bool?)isProxied)
    {
    }

    /// <summary>The endpoint's name, unique in its resource.</summary>
    public string Name { get; set; }

    /// <summary>TCP or UDP.</summary>
    public ProtocolType Protocol { get; set; }

    /// <summary>The port others use; null for a free one. Where there is no proxy, the port the resource listens on, unless it was set.</summary>
    public int? Port
    {
        get => _port ?? (IsProxied || _portIsNull ? null : _targetPort);
        set
        {
            _port = value;
            _portIsNull = value is null;
        }
    }

    /// <summary>Whether it is there because the project's launch profile has it.</summary>
    internal bool IsOfLaunchProfile { get; set; }

    /// <summary>The environment variable that carries the target port to the resource.</summary>
    internal string? TargetPortVariable { get; set; }

    /// <summary>Declares it once more: what is given replaces what was.</summary>
    internal void Refine(int? port, int? targetPort, bool? isExternal, bool? isProxied)
    {
        _port = port ?? _port;
        _targetPort = targetPort ?? _targetPort;
        IsExternal = isExternal ?? IsExternal;
        IsExplicitlyProxied = isProxied ?? IsExplicitlyProxied;
        IsProxied = isProxied ?? IsProxied;
    }

    /// <summary>The port that was asked for; 0 asks for any. A container's own port says nothing of the host's.</summary>
    internal int? FixedPortOf(IResource resource) => (resource.IsContainer() ? _port : Port) is { } port and not 0 ? port : null;

    /// <summary>The port the resource listens on; where there is no proxy, the port others use.</summary>
    public int? TargetPort
    {
        get => _targetPort ?? (IsProxied || _targetPortIsNull ? null : _port);
        set
        {
            _targetPort = value;
            _targetPortIsNull = value is null;
        }
    }

    /// <summary>The address it listens on. <c>localhost</c> by default.</summary>
    public string TargetHost { get; set; } = KnownHostNames.Localhost;

    /// <summary>The scheme, such as http.</summary>
    public string UriScheme { get; set; }

    /// <summary>What is spoken: http for http and https, else the protocol.</summary>
    public string Transport
    {
        get => _transport ?? (UriScheme is "http" or "https" ? "http" : Protocol.ToString().ToLowerInvariant());
        set => _transport = value;
    }

    /// <summary>Whether it is meant for the outside.</summary>
    public bool IsExternal { get; set; }

    /// <summary>Whether DCP's proxy stands before it.</summary>
    public bool IsProxied { get; set; }

    /// <summary>Whether a proxy was asked for or declined by name.</summary>
    public bool? IsExplicitlyProxied { get; set; }

    /// <summary>Whether it is encrypted.</summary>
    public bool TlsEnabled { get; set; }

    /// <summary>Whether references to the whole resource leave it out.</summary>
    public bool ExcludeReferenceEndpoint { get; set; }

    /// <summary>The network it is on.</summary>
    public NetworkIdentifier DefaultNetworkID { get; }

    /// <summary>Its addresses by network.</summary>
    public NetworkEndpointSnapshotList AllAllocatedEndpoints { get; } = new();

    /// <summary>Its address on its own network, once it is known.</summary>
    [Obsolete("Use AllocatedEndpoint or AllAllocatedEndpoints.")]
    public ValueSnapshot<AllocatedEndpoint> AllocatedEndpointSnapshot => AllAllocatedEndpoints.SnapshotOf(DefaultNetworkID);

    /// <summary>Its address on its own network; null while it is not known.</summary>
    public AllocatedEndpoint? AllocatedEndpoint
    {
        get => AllocatedEndpointSnapshot is { IsValueSet: true } snapshot ? snapshot.GetValueAsync().GetAwaiter().GetResult() : null;
        set
        {
            if (value is not null)
            {
                AllocatedEndpointSnapshot.SetValue(value);
            }
        }
    }
}
