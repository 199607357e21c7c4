namespace XoeNovAi.Hosting.Podman.Networks;

/// <summary>The declaration that a container is on a network.</summary>
/// <param name="Network">The network.</param>
/// <param name="Aliases">The container's names there, beside its own.</param>
internal sealed record NetworkMembership(PodmanNetworkResource Network, IReadOnlyList<string> Aliases) : IResourceAnnotation;
