using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Containers;

/// <summary>A container that was there before the application started.</summary>
/// <param name="Id">Its id.</param>
/// <param name="IsRunning">Whether its process runs.</param>
/// <param name="Configuration">The hash of what it was made with; null when somebody else made it.</param>
/// <param name="Ports">What it publishes: port and protocol, such as <c>80/tcp</c>, and the host's port.</param>
internal sealed record ExistingContainer(string Id, bool IsRunning, string? Configuration, IReadOnlyDictionary<string, int> Ports)
{
    /// <summary>Where the host finds an endpoint of it; null when it publishes no such port.</summary>
    public int? PortOf(EndpointAnnotation endpoint)
        => Ports.TryGetValue($"{endpoint.TargetPort}/{(endpoint.Protocol == ProtocolType.Udp ? "udp" : "tcp")}", out var port) ? port : null;

    /// <summary>Reads what <c>podman inspect</c> says of one container.</summary>
    public static ExistingContainer Read(string inspected)
    {
        using var document = JsonDocument.Parse(inspected);
        var container = document.RootElement[0];
        var labels = container.GetProperty("Config").GetProperty("Labels");
        var ports = container.GetProperty("HostConfig").GetProperty("PortBindings");
        return new(
            container.GetProperty(nameof(Id)).GetString()!,
            container.GetProperty("State").GetProperty("Running").GetBoolean(),
            labels.ValueKind == JsonValueKind.Object && labels.TryGetProperty(PersistentContainers.ConfigurationLabel, out var configuration) ? configuration.GetString() : null,
            ports.EnumerateObject()
                .Where(static p => p.Value.ValueKind == JsonValueKind.Array && p.Value.GetArrayLength() > 0)
                .ToDictionary(static p => p.Name, static p => int.Parse(p.Value[0].GetProperty("HostPort").GetString()!, CultureInfo.InvariantCulture), StringComparer.Ordinal));
    }
}
