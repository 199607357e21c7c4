namespace XoeNovAi.Hosting.Podman.Containers;

/// <summary>A port that a resource asks for is taken.</summary>
/// <param name="message">Who wants it, and who holds it.</param>
/// <param name="resource">The resource that wants it.</param>
public sealed class PortInUseException(string message, string resource) : DistributedApplicationException(message)
{
    /// <summary>The name of the resource that wants it.</summary>
    public string Resource { get; } = resource;
}
