namespace XoeNovAi.Hosting.Podman.Tunnels;

/// <summary>Tells where containers find a process.</summary>
public static class TunnelExtensions
{
    /// <summary>
    /// The host and port at which containers reach an endpoint of a process, such as <c>aspire.dev.internal:5001</c>. For the
    /// process itself to announce: Aspire refuses a process that refers to its own endpoint as containers see it.
    /// </summary>
    /// <param name="process">The project or executable.</param>
    /// <param name="endpointName">The endpoint's name.</param>
    public static TunnelledAddress GetTunnelledAddress(this IResourceBuilder<IResourceWithEndpoints> process, string endpointName) => new(process.Resource, endpointName);
}

/// <summary>Where containers reach an endpoint of a process; known once the process has its port.</summary>
public sealed class TunnelledAddress : IValueProvider, IManifestExpressionProvider
{
    private readonly IResourceWithEndpoints _process;
    private readonly string _endpointName;

    internal TunnelledAddress(IResourceWithEndpoints process, string endpointName)
    {
        _process = process;
        _endpointName = endpointName;
    }

    /// <inheritdoc />
    public string ValueExpression => $"{{{_process.Name}.bindings.{_endpointName}.host}}:{{{_process.Name}.bindings.{_endpointName}.port}}";

    /// <inheritdoc />
    public async ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default)
    {
        var endpoint = _process.Annotations.OfType<EndpointAnnotation>().FirstOrDefault(e => e.Name == _endpointName)
            ?? throw new DistributedApplicationException($"'{_process.Name}' has no endpoint '{_endpointName}'.");
        var address = await endpoint.AllAllocatedEndpoints.GetAllocatedEndpointAsync(KnownNetworkIdentifiers.DefaultAspireContainerNetwork, cancellationToken).ConfigureAwait(false);
        return address.EndPointString;
    }
}
