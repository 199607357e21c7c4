namespace Aspire.Hosting.ApplicationModel;

/// <summary>The image of a container is built of a Dockerfile.</summary>
/// <param name="contextPath">The folder the build sees.</param>
/// <param name="dockerfilePath">The Dockerfile.</param>
/// <param name="stage">The stage that is built; the last by default.</param>
public class DockerfileBuildAnnotation(string contextPath, string dockerfilePath, string? stage) : IResourceAnnotation
{
    /// <summary>The folder the build sees.</summary>
    public string ContextPath { get; } = contextPath;

    /// <summary>The Dockerfile.</summary>
    public string DockerfilePath { get; } = dockerfilePath;

    /// <summary>The stage that is built; the last when null.</summary>
    public string? Stage { get; } = stage;

    /// <summary>Arguments of the build.</summary>
    public Dictionary<string, object?> BuildArguments { get; } = [];

    /// <summary>Secrets of the build: parameters, or files.</summary>
    public Dictionary<string, object> BuildSecrets { get; } = [];

    /// <summary>Writes the Dockerfile in place of one on disk.</summary>
    public Func<DockerfileFactoryContext, Task<string>>? DockerfileFactory { get; init; }

    /// <summary>What a <c>.dockerignore</c> beside a written Dockerfile says.</summary>
    public string? BuildContextIgnoreContent { get; set; }

    /// <summary>The name of the image that is built, where the container's image annotation names another.</summary>
    public string? ImageName { get; set; }

    /// <summary>The tag of the image that is built, where the container's image annotation names another.</summary>
    public string? ImageTag { get; set; }

    /// <summary>Whether the image can be run; other images only carry files. On by default.</summary>
    public bool HasEntrypoint { get; set; } = true;

    /// <summary>Writes the Dockerfile that the factory makes to its place; nothing without a factory.</summary>
    /// <param name="context">What the factory is given.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public Task MaterializeDockerfileAsync(DockerfileFactoryContext context, CancellationToken cancellationToken)
        => WriteAsync(context, DockerfilePath, cancellationToken);

    /// <summary>Writes the Dockerfile that the factory makes, and its ignore file; nothing without a factory.</summary>
    /// <param name="context">What the factory is given.</param>
    /// <param name="dockerfilePath">Where to; the annotation's own place by default.</param>
    public Task EmitDockerfileArtifactsAsync(DockerfileFactoryContext context, string? dockerfilePath = null)
        => WriteAsync(context, dockerfilePath ?? DockerfilePath, context.CancellationToken);

    private async Task WriteAsync(DockerfileFactoryContext context, string path, CancellationToken cancellationToken)
    {
        if (DockerfileFactory is not { } factory)
        {
            return;
        }

        var content = await factory(context).ConfigureAwait(false);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        await File.WriteAllTextAsync(path, content, cancellationToken).ConfigureAwait(false);
        if (BuildContextIgnoreContent is { } ignored)
        {
            await File.WriteAllTextAsync($"{path}.dockerignore", ignored, cancellationToken).ConfigureAwait(false);
        }
    }
}
