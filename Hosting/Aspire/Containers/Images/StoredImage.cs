namespace Aspire.Hosting.Containers;

/// <summary>An image podman has.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name with its tag.</param>
/// <param name="Content">The hash of what it was made of, where it was made here.</param>
internal sealed record StoredImage(string Id, string Name, string? Content);
