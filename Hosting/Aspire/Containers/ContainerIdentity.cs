namespace Aspire.Hosting.Containers;

/// <summary>What a container is called, and the label that says whose it is.</summary>
/// <param name="Name">Its name for podman.</param>
/// <param name="Label">The label and its value.</param>
internal sealed record ContainerIdentity(string Name, string Label);
