using System.Net;
using System.Text.Json;

namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>Finds the containers of a stack.</summary>
internal static class StackContainers
{
    private const string ResourceLabel = "io.xoe-novai.resource";

    /// <summary>All running containers of the stack: the resources' and the tunnels.</summary>
    public static async Task<IReadOnlyList<StackContainer>> FindAsync(ObservedStack stack, CancellationToken cancellationToken)
    {
        var run = stack.RunId;
        var listed = await stack.Podman.RunAsync(["ps", "--format", "{{.ID}} {{.Names}}"], cancellationToken);
        var ids = listed.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => l.Contains(run, StringComparison.Ordinal)).Select(static l => l.Split(' ')[0]).ToList();
        if (ids.Count == 0)
        {
            throw new StackException($"No container of run {run} is running.");
        }

        using var inspected = JsonDocument.Parse(await stack.Podman.RunAsync(["inspect", .. ids], cancellationToken));
        var images = inspected.RootElement.EnumerateArray().Select(static c => c.GetProperty("Image").GetString()!).Distinct().ToList();
        using var inspectedImages = JsonDocument.Parse(await stack.Podman.RunAsync(["image", "inspect", .. images], cancellationToken));
        var volumes = images.Zip(inspectedImages.RootElement.EnumerateArray()).ToDictionary(static i => i.First, static i => Objects(i.Second.GetProperty("Config"), "Volumes").Select(static v => v.Name).ToList());
        return [.. inspected.RootElement.EnumerateArray().Select(c => Read(c, stack.Model, run, volumes[c.GetProperty("Image").GetString()!])).OrderBy(static c => c.Resource is null).ThenBy(static c => c.Name, StringComparer.Ordinal)];
    }

    private static StackContainer Read(JsonElement container, DistributedApplicationModel model, string run, IReadOnlyList<string> volumes)
    {
        var name = container.GetProperty("Name").GetString()!;
        var config = container.GetProperty("Config");
        var settings = container.GetProperty("NetworkSettings");
        var resource = config.GetProperty("Labels").TryGetProperty(ResourceLabel, out var label) ? model.Resources.FirstOrDefault(r => r.Name == label.GetString()) : null;
        return new(
            resource?.Name ?? name[..name.IndexOf($"-{run}", StringComparison.Ordinal)],
            resource,
            container.GetProperty("Id").GetString()!,
            container.GetProperty("State").GetProperty("Pid").GetInt32(),
            Objects(settings, "Networks").ToDictionary(static n => n.Name, static n => IPAddress.Parse(n.Value.GetProperty("IPAddress").GetString()!), StringComparer.Ordinal),
            [.. Objects(settings, "Ports").SelectMany(static p => Published(p))],
            volumes);
    }

    private static IEnumerable<JsonProperty> Objects(JsonElement parent, string name)
        => parent.TryGetProperty(name, out var found) && found.ValueKind == JsonValueKind.Object ? found.EnumerateObject() : [];

    private static IEnumerable<(int Port, string Protocol, IPEndPoint On)> Published(JsonProperty port)
    {
        var inside = port.Name.Split('/');
        foreach (var binding in port.Value.ValueKind == JsonValueKind.Array ? port.Value.EnumerateArray() : [])
        {
            // An empty address is Podman's way of saying all of them.
            var address = binding.GetProperty("HostIp").GetString() is { Length: > 0 } given ? IPAddress.Parse(given) : IPAddress.Any;
            yield return (int.Parse(inside[0], System.Globalization.CultureInfo.InvariantCulture), inside[1], new(address, int.Parse(binding.GetProperty("HostPort").GetString()!, System.Globalization.CultureInfo.InvariantCulture)));
        }
    }
}
