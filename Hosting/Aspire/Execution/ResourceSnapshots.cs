using System.Collections.Immutable;
using System.Globalization;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Execution;

/// <summary>Describes resources for the dashboard.</summary>
internal static class ResourceSnapshots
{
    private const string Masked = "********";

    /// <summary>What is known before the resource starts.</summary>
    public static CustomResourceSnapshot Initial(IResource resource, CustomResourceSnapshot snapshot, DateTime now)
        => snapshot with
        {
            ResourceType = resource switch
            {
                ContainerResource => "Container",
                ProjectResource => "Project",
                ExecutableResource => "Executable",
                _ => snapshot.ResourceType,
            },
            CreationTimeStamp = snapshot.CreationTimeStamp ?? now,
            State = snapshot.State ?? (ResourceExecutor.IsRun(resource) ? KnownResourceStates.NotStarted : null),
            Properties = snapshot.Properties.AddRange(PropertiesOf(resource)).With("resource.parentName", (resource as IResourceWithParent)?.Parent.Name),
            Relationships = [.. RelationshipsOf(resource)],
            Volumes = [.. resource.Annotations.OfType<ContainerMountAnnotation>().Select(static m => new VolumeSnapshot(m.Source, m.Target, m.Type == ContainerMountType.BindMount ? "bind" : "volume", m.IsReadOnly))],
        };

    /// <summary>The addresses, once the endpoints have theirs.</summary>
    public static ImmutableArray<UrlSnapshot> UrlsOf(IResource resource, bool active)
        => resource.Annotations.OfType<ResourceUrls>().LastOrDefault()?.Snapshot(active) ?? [.. resource.Annotations.OfType<EndpointAnnotation>()
            .Where(static e => e.AllocatedEndpoint is not null)
            .Select(e => new UrlSnapshot(e.Name, e.AllocatedEndpoint!.UriString, IsInternal: false) { IsInactive = !active })];

    public static ImmutableArray<EnvironmentVariableSnapshot> EnvironmentOf(ResourceConfiguration configuration)
        => [.. configuration.Environment.Select(static e => new EnvironmentVariableSnapshot(e.Key, e.Value, IsFromSpec: true)),
            .. configuration.Secrets.Select(static e => new EnvironmentVariableSnapshot(e.Key, Masked, IsFromSpec: true))];

    public static ImmutableArray<ResourcePropertySnapshot> With(this ImmutableArray<ResourcePropertySnapshot> properties, string name, object? value, bool isSensitive = false)
        => value is null ? properties : [.. properties.Where(p => p.Name != name), new(name, value) { IsSensitive = isSensitive }];

    private static IEnumerable<ResourcePropertySnapshot> PropertiesOf(IResource resource)
    {
        switch (resource)
        {
            case ContainerResource container when container.TryGetContainerImageName(out var image):
                yield return new("container.image", image);
                yield return new(CustomResourceKnownProperties.Source, image);
                yield return new("container.ports", string.Join(", ", container.GetEndpoints().Select(static e => e.TargetPort?.ToString(CultureInfo.InvariantCulture))));
                break;
            case ProjectResource project when project.TryGetLastAnnotation<IProjectMetadata>(out var metadata):
                yield return new("project.path", metadata.ProjectPath);
                yield return new(CustomResourceKnownProperties.Source, Path.GetFileName(metadata.ProjectPath));
                break;
            case ExecutableResource executable:
                yield return new("executable.path", executable.Command);
                yield return new("executable.workDir", executable.WorkingDirectory);
                yield return new(CustomResourceKnownProperties.Source, Path.GetFileName(executable.Command));
                break;
        }
    }

    private static IEnumerable<RelationshipSnapshot> RelationshipsOf(IResource resource)
    {
        foreach (var relationship in resource.Annotations.OfType<ResourceRelationshipAnnotation>().Select(static r => new RelationshipSnapshot(r.Resource.Name, r.Type)).Distinct())
        {
            yield return relationship;
        }

        if (resource is IResourceWithParent child)
        {
            yield return new(child.Parent.Name, KnownRelationshipTypes.Parent);
        }
    }
}
