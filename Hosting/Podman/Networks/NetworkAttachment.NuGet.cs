namespace XoeNovAi.Hosting.Podman.Networks;

/// <summary>Aspire's own hosting has one network for all containers.</summary>
internal static class NetworkAttachment
{
    public static void Add(IResource container, PodmanNetworkResource network, IEnumerable<string> aliases)
    {
        foreach (var alias in aliases)
        {
            container.Annotations.Add(new ContainerNetworkAliasAnnotation(alias));
        }
    }

    public static void Explain(IResource container, ResourceLoggerService loggers)
        => loggers.GetLogger(container).LogWarning("not isolated: this hosting has no networks");
}
