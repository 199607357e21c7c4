namespace XoeNovAi.Hosting.Podman.Services;

/// <summary>A container's image is to be built of a .NET project by whoever deploys it.</summary>
/// <param name="Path">The project's file.</param>
internal sealed record ServiceProjectAnnotation(string Path) : IResourceAnnotation;
