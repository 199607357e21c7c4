namespace Aspire.Hosting.ApplicationModel;

/// <summary>What a callback that writes a Dockerfile knows.</summary>
public sealed class DockerfileFactoryContext
{
    /// <summary>The application's services.</summary>
    public required IServiceProvider Services { get; init; }

    /// <summary>The container.</summary>
    public required IResource Resource { get; init; }

    /// <summary>Ends the build.</summary>
    public CancellationToken CancellationToken { get; init; }
}
