namespace XoeNovAi.Hosting.Podman.Networks;

/// <summary>The declaration that a container is on a network.</summary>
internal sealed record NetworkMembership(PodmanNetworkResource Network) : IResourceAnnotation;
