using System.Text.Json;

namespace XoeNovAi.Hosting.Podman.Networks;

/// <summary>A network as Podman made it.</summary>
/// <param name="Name">Its name in Podman.</param>
/// <param name="Bridge">The bridge its containers are on.</param>
/// <param name="Subnet">Its subnet, such as 10.89.3.0/24.</param>
/// <param name="Gateway">The bridge's own address on it.</param>
/// <param name="IsInternal">Whether Podman was told to give it no way out.</param>
/// <param name="IsIsolated">Whether Podman was told to keep it from other networks.</param>
/// <param name="HasNames">Whether its containers can be asked for by name.</param>
internal sealed record MadeNetwork(string Name, string Bridge, string Subnet, string Gateway, bool IsInternal, bool IsIsolated, bool HasNames)
{
    /// <summary>Reads one of what <c>podman network inspect</c> prints.</summary>
    public static MadeNetwork Parse(JsonElement inspected)
    {
        var subnet = inspected.GetProperty("subnets")[0];
        var isolated = inspected.TryGetProperty("options", out var options) && options.TryGetProperty("isolate", out var isolate) ? isolate.GetString() : null;
        return new(
            inspected.GetProperty("name").GetString()!,
            inspected.GetProperty("network_interface").GetString()!,
            subnet.GetProperty("subnet").GetString()!,
            subnet.GetProperty("gateway").GetString()!,
            inspected.GetProperty("internal").GetBoolean(),
            isolated is "true" or "strict" or "1",
            inspected.GetProperty("dns_enabled").GetBoolean());
    }
}
