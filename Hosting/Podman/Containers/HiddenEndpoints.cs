namespace XoeNovAi.Hosting.Podman.Containers;

/// <summary>
/// Keeps the endpoints of containers out of DCP's sight while it looks for what it is to serve: it would listen at their
/// ports itself, to hand connections on.
/// </summary>
internal sealed class HiddenEndpoints
{
    private readonly Lock _lock = new();
    private readonly List<(ContainerResource Container, EndpointAnnotation Endpoint)> _hidden = [];

    /// <summary>Takes them off their containers.</summary>
    public void Hide(IEnumerable<ContainerResource> containers)
    {
        lock (_lock)
        {
            _hidden.AddRange(containers.SelectMany(static c => c.Annotations.OfType<EndpointAnnotation>().Select(e => (c, e))));
            foreach (var (container, endpoint) in _hidden)
            {
                container.Annotations.Remove(endpoint);
            }
        }
    }

    /// <summary>Gives them back, when resources are initialized or started: DCP has looked by then.</summary>
    public void Show()
    {
        lock (_lock)
        {
            _hidden.ForEach(static h => h.Container.Annotations.Add(h.Endpoint));
            _hidden.Clear();
        }
    }
}
