namespace Aspire.Hosting.ApplicationModel;

/// <summary>Something mounted into a container.</summary>
/// <param name="source">The host's folder, or the volume's name; null for a volume without one.</param>
/// <param name="target">The path in the container.</param>
/// <param name="type">What is mounted.</param>
/// <param name="isReadOnly">Whether the container cannot write to it.</param>
public sealed class ContainerMountAnnotation(string? source, string target, ContainerMountType type, bool isReadOnly) : IResourceAnnotation
{
    /// <summary>The host's folder, or the volume's name; null for a volume without one.</summary>
    public string? Source { get; } = source;

    /// <summary>The path in the container.</summary>
    public string Target { get; } = target;

    /// <summary>What is mounted.</summary>
    public ContainerMountType Type { get; } = type;

    /// <summary>Whether the container cannot write to it.</summary>
    public bool IsReadOnly { get; } = isReadOnly;
}
