namespace Aspire.Hosting.ApplicationModel;

/// <summary>A mount of a container.</summary>
/// <param name="Source">The host's folder, or the volume's name.</param>
/// <param name="Target">The path in the container.</param>
/// <param name="MountType">What is mounted.</param>
/// <param name="IsReadOnly">Whether the container cannot write to it.</param>
public sealed record VolumeSnapshot(string? Source, string Target, string MountType, bool IsReadOnly);
