using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Containers;
using Aspire.Hosting.Dcp;
using Aspire.Hosting.Dcp.Client;
using Microsoft.Extensions.Options;

namespace Aspire.Hosting.Execution;

/// <summary>Gives every endpoint its address, before anything listens on it.</summary>
internal sealed class EndpointAllocator(DistributedApplicationModel model, DcpHost dcp, PersistentContainers persistent, IOptions<DcpOptions> options)
{
    private readonly LoopbackPorts _ports = new();

    /// <summary>The DCP service of an endpoint.</summary>
    public static string ServiceNameOf(IResource resource, EndpointAnnotation endpoint) => $"{resource.Name}-{endpoint.Name}".ToLowerInvariant();

    public async Task AllocateAsync(CancellationToken cancellationToken)
    {
        var proxied = new Dictionary<string, (IResource Resource, EndpointAnnotation Endpoint)>(StringComparer.Ordinal);
        var services = new List<DcpService>();
        foreach (var resource in model.Resources.Where(ResourceExecutor.IsRun))
        {
            // What an earlier run has left keeps its ports: with others it would have to be made anew.
            var existing = PersistentContainers.Includes(resource) ? await persistent.FindAsync(resource, cancellationToken).ConfigureAwait(false) : null;
            foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>())
            {
                Prepare(resource, endpoint);
                if (resource.IsContainer())
                {
                    Publish(resource, endpoint, endpoint.FixedPortOf(resource) ?? existing?.PortOf(endpoint) ?? _ports.Next());
                    continue;
                }

                var service = ServiceOf(resource, endpoint);
                services.Add(service);
                if (endpoint.IsProxied)
                {
                    proxied[service.Metadata.Name] = (resource, endpoint);
                }
                else
                {
                    Publish(resource, endpoint, endpoint.Port!.Value);
                }
            }
        }

        await Task.WhenAll(services.Select(s => dcp.Client.CreateAsync(s, cancellationToken))).ConfigureAwait(false);
        if (proxied.Count == 0)
        {
            return;
        }

        await foreach (var change in dcp.Client.WatchAsync<DcpService>(cancellationToken).ConfigureAwait(false))
        {
            if (change.Object.Status?.EffectivePort is int port and > 0 && proxied.Remove(change.Object.Metadata.Name, out var found))
            {
                Publish(found.Resource, found.Endpoint, port);
                if (proxied.Count == 0)
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
        endpoint.AllocatedEndpoint = new(endpoint, AddressOf(endpoint), port, EndpointBindingMode.SingleAddress, template, KnownNetworkIdentifiers.LocalhostNetwork);
        endpoint.AllAllocatedEndpoints.AddOrUpdateAllocatedEndpoint(
            KnownNetworkIdentifiers.DefaultAspireContainerNetwork,
            container
                ? new(endpoint, resource.Name, endpoint.TargetPort ?? port, EndpointBindingMode.SingleAddress, template, KnownNetworkIdentifiers.DefaultAspireContainerNetwork)
                : new(endpoint, KnownHostNames.DefaultContainerTunnelHostName, port, EndpointBindingMode.SingleAddress, template, KnownNetworkIdentifiers.DefaultAspireContainerNetwork));
    }

    // Who listens everywhere is found on this machine too; nowhere is no place to go to.
    private static string AddressOf(EndpointAnnotation endpoint)
        => endpoint.TargetHost is "*" or "+" or "0.0.0.0" or "[::]" or "::" ? KnownHostNames.Localhost : endpoint.TargetHost;

    private static DcpService ServiceOf(IResource resource, EndpointAnnotation endpoint)
        => new()
        {
            Metadata = new() { Name = ServiceNameOf(resource, endpoint) },
            Spec = new()
            {
                Port = endpoint.FixedPortOf(resource),
                Protocol = endpoint.Protocol == ProtocolType.Udp ? "UDP" : "TCP",
                AddressAllocationMode = endpoint.IsProxied ? DcpAddressAllocationMode.Localhost : DcpAddressAllocationMode.Proxyless,
            },
        };

    private void Prepare(IResource resource, EndpointAnnotation endpoint)
    {
        if (resource.IsContainer() && endpoint.TargetPort is null)
        {
            throw new DistributedApplicationException($"The endpoint '{endpoint.Name}' of container '{resource.Name}' has no target port. Give it the port the container listens on.");
        }

        if (!resource.SupportsProxy())
        {
            endpoint.IsProxied = false;
        }

        // Who declines a proxy gets the port that was declared.
        if (options.Value.RandomizePorts && endpoint.IsProxied)
        {
            endpoint.Port = null;
        }

        if (!endpoint.IsProxied && !resource.IsContainer())
        {
            endpoint.Port = endpoint.FixedPortOf(resource) ?? _ports.Next();
            endpoint.TargetPort ??= endpoint.Port;
        }
    }
}
