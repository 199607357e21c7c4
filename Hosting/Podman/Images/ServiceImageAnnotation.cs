namespace XoeNovAi.Hosting.Podman.Images;

/// <summary>The image of a container is made of a .NET service's build output.</summary>
/// <param name="Service">The image's name.</param>
/// <param name="Folder">The build output.</param>
/// <param name="Assembly">The assembly that is run.</param>
internal sealed record ServiceImageAnnotation(string Service, string Folder, string Assembly) : IResourceAnnotation;
