namespace Aspire.Hosting.ApplicationModel;

/// <summary>Puts files into a container before it starts.</summary>
public sealed class ContainerFileSystemCallbackAnnotation : IResourceAnnotation
{
    /// <summary>The folder they go into; it must exist in the image.</summary>
    public required string DestinationPath { get; init; }

    /// <summary>The owner's id where an entry has none; root by default.</summary>
    public int? DefaultOwner { get; init; }

    /// <summary>The group's id where an entry has none; root by default.</summary>
    public int? DefaultGroup { get; init; }

    /// <summary>The umask for entries without permissions; 022 by default.</summary>
    public UnixFileMode? Umask { get; set; }

    /// <summary>Gives the files.</summary>
    public required Func<ContainerFileSystemCallbackContext, CancellationToken, Task<IEnumerable<ContainerFileSystemItem>>> Callback { get; init; }
}
