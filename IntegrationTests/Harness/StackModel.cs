using System.Text.Json;
using XoeNovAi.AppHost.Services;

namespace XoeNovAi.IntegrationTests.Harness;

/// <summary>What the model and the gateway's settings say of the stack, so that no test says it again.</summary>
internal sealed class StackModel(DistributedApplication application)
{
    private const string CatchAll = "{**rest}";
    private readonly IReadOnlyList<IResource> _resources = [.. application.Services.GetRequiredService<DistributedApplicationModel>().Resources];

    /// <summary>The services, with the names of their instances.</summary>
    public ILookup<string, string> Services
        => _resources.SelectMany(static r => r.Annotations.OfType<StackServiceAnnotation>().Select(a => (a.Service, r.Name))).ToLookup(static s => s.Service, static s => s.Name, StringComparer.Ordinal);

    /// <summary>The containers.</summary>
    public IReadOnlyList<string> Containers => [.. _resources.OfType<ContainerResource>().Select(static c => c.Name)];

    /// <summary>What a person sees: all but parameters and what is hidden.</summary>
    public IReadOnlyList<string> Shown
        => [.. _resources.Where(r => r is not ParameterResource && !IsHidden(r)).Select(static r => r.Name)];

    /// <summary>The instances of services that have a store's connection string.</summary>
    public IReadOnlyList<string> UsersOf(string store)
    {
        var users = _resources.Where(r => r.HasAnnotationOfType<StackServiceAnnotation>() && r.Annotations.OfType<ResourceRelationshipAnnotation>().Any(a => a.Resource.Name == store && a.Type == "Reference")).Select(static r => r.Name).ToList();
        return users.Count > 0 ? users : throw new StackException($"Nobody uses '{store}'.");
    }

    /// <summary>A target that the gateway hands on, for each service behind it.</summary>
    public static IReadOnlyList<(string Service, string Target)> Routed()
    {
        using var settings = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "Gateway", "appsettings.json")));
        return
        [
            .. settings.RootElement.GetProperty("ReverseProxy").GetProperty("Routes").EnumerateObject()
                .Select(static r => (Service: r.Value.GetProperty("ClusterId").GetString()!, Path: r.Value.GetProperty("Match").GetProperty("Path").GetString()!))
                .Where(static r => r.Path.EndsWith(CatchAll, StringComparison.Ordinal))
                .DistinctBy(static r => r.Service)
                .Select(static r => (r.Service, r.Path.Replace(CatchAll, "ready", StringComparison.Ordinal))),
        ];
    }

    private bool IsHidden(IResource resource)
        => application.ResourceNotifications.TryGetCurrentState(resource.Name, out var now) && now.Snapshot.IsHidden;
}
