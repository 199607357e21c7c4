using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Publishing;

/// <summary>Says which ports a published resource listens on; where nothing says so, from 8000 up.</summary>
internal sealed class ManifestPorts
{
    private const int First = 8000;
    private readonly HashSet<int> _used = [];
    private readonly Dictionary<EndpointAnnotation, (int? Port, int? TargetPort)> _known = [];

    public IReadOnlyList<(EndpointAnnotation Endpoint, int? Port, int? TargetPort)> Resolve(IResource resource)
    {
        var resolved = new List<(EndpointAnnotation, int?, int?)>();
        var schemes = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>())
        {
            if (!_known.TryGetValue(endpoint, out var ports))
            {
                // A project's first http and https endpoints are where its hosting puts them.
                var isDefault = resource is ProjectResource && endpoint.UriScheme is "http" or "https" && schemes.Add(endpoint.UriScheme);
                var target = endpoint.TargetPort ?? (resource is ContainerResource ? endpoint.Port : null) ?? (isDefault ? null : Next());
                var port = endpoint.Port ?? (target is null && !isDefault ? Next() : null);
                ports = (port, target);
                _known[endpoint] = ports;
            }

            foreach (var used in new[] { ports.Port, ports.TargetPort }.OfType<int>())
            {
                _used.Add(used);
            }

            resolved.Add((endpoint, ports.Port, ports.TargetPort));
        }

        return resolved;
    }

    private int Next()
    {
        var port = First;
        while (!_used.Add(port))
        {
            port++;
        }

        return port;
    }
}
