namespace XoeNovAi.Hosting.Podman.Images;

/// <summary>The image of a container that runs on Podman: in the place of Aspire's own annotation, by which DCP would run it.</summary>
/// <param name="Name">Its name with registry, and tag or digest.</param>
internal sealed record PodmanImageAnnotation(string Name) : IResourceAnnotation;
