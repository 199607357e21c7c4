using System.Net;

namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>A container of the stack, as Podman knows it.</summary>
/// <param name="Name">The resource's name; for a tunnel, the container's own up to the run's id.</param>
/// <param name="Resource">The resource it belongs to; null for a tunnel.</param>
/// <param name="Id">Podman's id of it.</param>
/// <param name="ProcessId">Its main process, on the host.</param>
/// <param name="Addresses">Its address on each network, by the network's name in Podman.</param>
/// <param name="Published">Its ports on the host: address and port there, by port inside.</param>
/// <param name="Volumes">Where its image wants volumes.</param>
internal sealed record StackContainer(
    string Name,
    IResource? Resource,
    string Id,
    int ProcessId,
    IReadOnlyDictionary<string, IPAddress> Addresses,
    IReadOnlyList<(int Port, string Protocol, IPEndPoint On)> Published,
    IReadOnlyList<string> Volumes)
{
    /// <inheritdoc />
    public override string ToString() => Name;
}
