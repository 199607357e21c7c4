using System.Net;
using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dcp.Client;
using Microsoft.Extensions.Options;

namespace Aspire.Hosting.Dcp;

/// <summary>Gives every endpoint its address, before anything listens on it.</summary>
internal sealed class EndpointAllocator(DistributedApplicationModel model, IOptions<DcpOptions> options)
{
    /// <summary>The DCP service of an endpoint.</summary>
    public static string ServiceNameOf(IResource resource, EndpointAnnotation endpoint) => $"{resource.Name}-{endpoint.Name}".ToLowerInvariant();

    public async Task AllocateAsync(DcpClient dcp, CancellationToken cancellationToken)
    {
        var endpoints = model.Resources.Where(DcpExecutor.IsRun)
            .SelectMany(static r => r.Annotations.OfType<EndpointAnnotation>().Select(e => (Resource: r, Endpoint: e)))
            .ToDictionary(static e => ServiceNameOf(e.Resource, e.Endpoint), StringComparer.Ordinal);
        if (endpoints.Count == 0)
        {
            return;
        }

        await Task.WhenAll(endpoints.Select(e => dcp.CreateAsync(ServiceOf(e.Key, e.Value.Resource, e.Value.Endpoint), cancellationToken))).ConfigureAwait(false);
        var waiting = endpoints.Keys.ToHashSet(StringComparer.Ordinal);
        foreach (var (name, (resource, endpoint)) in endpoints.Where(static e => !e.Value.Endpoint.IsProxied))
        {
            Publish(resource, endpoint, endpoint.Port!.Value);
            waiting.Remove(name);
        }

        if (waiting.Count == 0)
        {
            return;
        }

        await foreach (var change in dcp.WatchAsync<DcpService>(cancellationToken).ConfigureAwait(false))
        {
            if (change.Object.Status?.EffectivePort is int port and > 0 && waiting.Remove(change.Object.Metadata.Name))
            {
                var (resource, endpoint) = endpoints[change.Object.Metadata.Name];
                Publish(resource, endpoint, port);
                if (waiting.Count == 0)
                {
                    return;
                }
            }
        }
    }

    private static void Publish(IResource resource, EndpointAnnotation endpoint, int port)
    {
        var container = resource.IsContainer();
        var template = endpoint.TargetPort?.ToString(System.Globalization.CultureInfo.InvariantCulture)
            ?? $$$"""{{- portForServing "{{{ServiceNameOf(resource, endpoint)}}}" -}}""";
        endpoint.AllocatedEndpoint = new(endpoint, endpoint.TargetHost, port, EndpointBindingMode.SingleAddress, template, KnownNetworkIdentifiers.LocalhostNetwork);
        endpoint.AllAllocatedEndpoints.AddOrUpdateAllocatedEndpoint(
            KnownNetworkIdentifiers.DefaultAspireContainerNetwork,
            container
                ? new(endpoint, resource.Name, endpoint.TargetPort ?? port, EndpointBindingMode.SingleAddress, template, KnownNetworkIdentifiers.DefaultAspireContainerNetwork)
                : new(endpoint, KnownHostNames.DefaultContainerTunnelHostName, port, EndpointBindingMode.SingleAddress, template, KnownNetworkIdentifiers.DefaultAspireContainerNetwork));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private DcpService ServiceOf(string name, IResource resource, EndpointAnnotation endpoint)
    {
        if (resource.IsContainer() && endpoint.TargetPort is null)
        {
            throw new DistributedApplicationException($"The endpoint '{endpoint.Name}' of container '{resource.Name}' has no target port. Give it the port the container listens on.");
        }

        if (options.Value.RandomizePorts)
        {
            endpoint.TargetPort ??= endpoint.IsProxied ? null : endpoint.Port;
            endpoint.Port = null;
        }

        if (!endpoint.IsProxied)
        {
            endpoint.Port ??= FreePort();
            if (!resource.IsContainer())
            {
                endpoint.TargetPort ??= endpoint.Port;
            }
        }

        return new()
        {
            Metadata = new() { Name = name },
            Spec = new()
            {
                Port = endpoint.Port,
                Protocol = endpoint.Protocol == ProtocolType.Udp ? "UDP" : "TCP",
                AddressAllocationMode = endpoint.IsProxied ? DcpAddressAllocationMode.Localhost : DcpAddressAllocationMode.Proxyless,
            },
        };
    }
}
