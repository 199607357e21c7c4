namespace XoeNovAi.Hosting.Podman.Hardening;

/// <summary>What a container is kept from.</summary>
public sealed record ContainerHardening : IResourceAnnotation
{
    /// <summary>Whether its root file system is read-only. On by default.</summary>
    public bool ReadOnlyRoot { get; init; } = true;

    /// <summary>The capabilities it keeps, such as NET_BIND_SERVICE. None by default.</summary>
    public IReadOnlyList<string> Capabilities { get; init; } = [];

    /// <summary>The user it runs as; null for the image's, which must not be root.</summary>
    public string? User { get; init; }

    /// <summary>How many user ids its own user namespace has. 2048 by default: 31 such fit the usual range of 65,536.</summary>
    public int UserNamespaceSize { get; init; } = 2048;

    /// <summary>Folders it may write to, in memory, with mount options, such as <c>/run/postgresql:mode=1777</c>.</summary>
    public IReadOnlyList<string> TemporaryFolders { get; init; } = [];
}
