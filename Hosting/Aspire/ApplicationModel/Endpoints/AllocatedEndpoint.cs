namespace Aspire.Hosting.ApplicationModel;

/// <summary>An endpoint's address on a network.</summary>
public class AllocatedEndpoint
{
    /// <summary>Creates the address.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="address">A host name or address.</param>
    /// <param name="port">The port, 1 to 65535.</param>
    /// <param name="bindingMode">The addresses it listens on.</param>
    /// <param name="targetPortExpression">DCP's template for the port the process listens on.</param>
    /// <param name="networkId">The network; the endpoint's own by default.</param>
    public AllocatedEndpoint(EndpointAnnotation endpoint, string address, int port, EndpointBindingMode bindingMode, string? targetPortExpression = null, NetworkIdentifier? networkId = null)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentException.ThrowIfNullOrEmpty(address);
        ArgumentOutOfRangeException.ThrowIfLessThan(port, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, 65535);
        Endpoint = endpoint;
        Address = address;
        Port = port;
        BindingMode = bindingMode;
        TargetPortExpression = targetPortExpression;
        NetworkID = networkId ?? endpoint.DefaultNetworkID;
    }

    /// <summary>Creates the address on the endpoint's own network.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="address">A host name or address.</param>
    /// <param name="port">The port, 1 to 65535.</param>
    /// <param name="bindingMode">The addresses it listens on.</param>
    /// <param name="targetPortExpression">DCP's template for the port the process listens on.</param>
    public AllocatedEndpoint(EndpointAnnotation endpoint, string address, int port, EndpointBindingMode bindingMode, string? targetPortExpression = null)
        : this(endpoint, address, port, bindingMode, targetPortExpression, null)
    {
    }

    /// <summary>Creates an address on one interface.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="address">A host name or address.</param>
    /// <param name="port">The port, 1 to 65535.</param>
    /// <param name="targetPortExpression">DCP's template for the port the process listens on.</param>
    public AllocatedEndpoint(EndpointAnnotation endpoint, string address, int port, string? targetPortExpression = null)
        : this(endpoint, address, port, EndpointBindingMode.SingleAddress, targetPortExpression)
    {
    }

    /// <summary>The endpoint.</summary>
    public EndpointAnnotation Endpoint { get; }

    /// <summary>A host name or address.</summary>
    public string Address { get; }

    /// <summary>The port.</summary>
    public int Port { get; }

    /// <summary>The addresses it listens on.</summary>
    public EndpointBindingMode BindingMode { get; }

    /// <summary>The network.</summary>
    public NetworkIdentifier NetworkID { get; }

    /// <summary>DCP's template for the port the process listens on.</summary>
    public string? TargetPortExpression { get; }

    /// <summary>The scheme, such as http.</summary>
    public string UriScheme => Endpoint.UriScheme;

    /// <summary>Address and port.</summary>
    public string EndPointString => $"{Address}:{Port}";

    /// <summary>Scheme, address and port.</summary>
    public string UriString => $"{UriScheme}://{EndPointString}";

    /// <inheritdoc />
    public override string ToString() => UriString;
}
