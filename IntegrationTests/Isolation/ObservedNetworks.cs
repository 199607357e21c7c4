using System.Text.Json;
using XoeNovAi.Hosting.Podman.Networks;

namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>The networks of a stack, as Podman made them.</summary>
internal static class ObservedNetworks
{
    /// <summary>By their names in Podman.</summary>
    public static async Task<IReadOnlyDictionary<string, MadeNetwork>> FindAsync(ObservedStack stack, CancellationToken cancellationToken)
    {
        var names = stack.Model.Resources.OfType<PodmanNetworkResource>().Select(static n => n.NetworkName).ToList();
        using var inspected = JsonDocument.Parse(await stack.Podman.RunAsync(["network", "inspect", .. names], cancellationToken));
        return inspected.RootElement.EnumerateArray().Select(MadeNetwork.Parse).ToDictionary(static n => n.Name, StringComparer.Ordinal);
    }
}
