namespace XoeNovAi.Hosting.Podman.Services;

/// <summary>A container runs a .NET service's build output.</summary>
/// <param name="Service">The service's name.</param>
/// <param name="Folder">The build output.</param>
/// <param name="Assembly">The assembly that is run.</param>
internal sealed record ServiceOutputAnnotation(string Service, string Folder, string Assembly) : IResourceAnnotation;
