using System.Diagnostics.CodeAnalysis;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Asks resources for their annotations.</summary>
public static partial class ResourceExtensions
{
    /// <summary>The last annotation of a type, when there is one.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="resource">The resource.</param>
    /// <param name="annotation">The annotation.</param>
    public static bool TryGetLastAnnotation<T>(this IResource resource, [NotNullWhen(true)] out T? annotation)
        where T : IResourceAnnotation
    {
        annotation = resource.Annotations.OfType<T>().LastOrDefault();
        return annotation is not null;
    }

    /// <summary>The annotations of a type, when there are any.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="resource">The resource.</param>
    /// <param name="result">The annotations.</param>
    public static bool TryGetAnnotationsOfType<T>(this IResource resource, [NotNullWhen(true)] out IEnumerable<T>? result)
        where T : IResourceAnnotation
    {
        var found = resource.Annotations.OfType<T>().ToArray();
        result = found.Length > 0 ? found : null;
        return result is not null;
    }

    /// <summary>Whether there is an annotation of a type.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="resource">The resource.</param>
    public static bool HasAnnotationOfType<T>(this IResource resource)
        where T : IResourceAnnotation
        => resource.Annotations.OfType<T>().Any();

    /// <summary>The endpoints, when there are any.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="endpoints">The endpoints.</param>
    public static bool TryGetEndpoints(this IResource resource, [NotNullWhen(true)] out IEnumerable<EndpointAnnotation>? endpoints)
        => resource.TryGetAnnotationsOfType(out endpoints);

    /// <summary>A reference to an endpoint.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="endpointName">The endpoint.</param>
    public static EndpointReference GetEndpoint(this IResourceWithEndpoints resource, string endpointName) => new(resource, endpointName);

    /// <summary>A reference to an endpoint as seen from a network.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="endpointName">The endpoint.</param>
    /// <param name="contextNetworkId">The network.</param>
    public static EndpointReference GetEndpoint(this IResourceWithEndpoints resource, string endpointName, NetworkIdentifier contextNetworkId)
        => new(resource, endpointName, contextNetworkId);

    /// <summary>References to all endpoints.</summary>
    /// <param name="resource">The resource.</param>
    public static IEnumerable<EndpointReference> GetEndpoints(this IResourceWithEndpoints resource)
        => resource.Annotations.OfType<EndpointAnnotation>().Select(e => new EndpointReference(resource, e));

    /// <summary>References to all endpoints as seen from a network.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="contextNetworkId">The network.</param>
    public static IEnumerable<EndpointReference> GetEndpoints(this IResourceWithEndpoints resource, NetworkIdentifier contextNetworkId)
        => resource.Annotations.OfType<EndpointAnnotation>().Select(e => new EndpointReference(resource, e, contextNetworkId));

    /// <summary>The callbacks for environment variables, when there are any.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="environmentVariables">The callbacks.</param>
    public static bool TryGetEnvironmentVariables(this IResource resource, [NotNullWhen(true)] out IEnumerable<EnvironmentCallbackAnnotation>? environmentVariables)
        => resource.TryGetAnnotationsOfType(out environmentVariables);

    /// <summary>The mounts, when there are any.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="volumeMounts">The mounts.</param>
    public static bool TryGetContainerMounts(this IResource resource, [NotNullWhen(true)] out IEnumerable<ContainerMountAnnotation>? volumeMounts)
        => resource.TryGetAnnotationsOfType(out volumeMounts);

    /// <summary>The addresses, when there are any.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="urls">The addresses.</param>
    public static bool TryGetUrls(this IResource resource, [NotNullWhen(true)] out IEnumerable<ResourceUrlAnnotation>? urls)
        => resource.TryGetAnnotationsOfType(out urls);

    /// <summary>The annotations of a type, the resource's own and those of the resources it belongs to, when there are any.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="resource">The resource.</param>
    /// <param name="result">The annotations, the nearest first.</param>
    public static bool TryGetAnnotationsIncludingAncestorsOfType<T>(this IResource resource, [NotNullWhen(true)] out IEnumerable<T>? result)
        where T : IResourceAnnotation
    {
        var found = new List<T>();
        for (var current = resource; current is not null; current = (current as IResourceWithParent)?.Parent)
        {
            found.AddRange(current.Annotations.OfType<T>());
        }

        result = found.Count > 0 ? found : null;
        return result is not null;
    }

    /// <summary>Whether the resource, or one it belongs to, has an annotation of a type.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="resource">The resource.</param>
    public static bool HasAnnotationIncludingAncestorsOfType<T>(this IResource resource)
        where T : IResourceAnnotation
        => resource.TryGetAnnotationsIncludingAncestorsOfType<T>(out _);

    /// <summary>Whether the manifest leaves the resource out.</summary>
    /// <param name="resource">The resource.</param>
    public static bool IsExcludedFromPublish(this IResource resource)
        => resource.TryGetLastAnnotation<ManifestPublishingCallbackAnnotation>(out var callback) && callback.Callback is null;

    /// <summary>Whether an image is built for the resource when it is published.</summary>
    /// <param name="resource">The resource.</param>
    public static bool RequiresImageBuild(this IResource resource)
        => !resource.IsExcludedFromPublish() && (resource is ProjectResource || resource.HasAnnotationOfType<DockerfileBuildAnnotation>());

    /// <summary>Whether an image is built and handed on for the resource when it is published.</summary>
    /// <param name="resource">The resource.</param>
    public static bool RequiresImageBuildAndPush(this IResource resource)
        => resource.RequiresImageBuild() && (!resource.TryGetLastAnnotation<DockerfileBuildAnnotation>(out var build) || build.HasEntrypoint);

    /// <summary>The image's full name, when the resource is a container.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="useBuiltImage">Whether the image that is built for it goes before the one it is declared with.</param>
    /// <param name="imageName">Registry, name, and digest or tag.</param>
    public static bool TryGetContainerImageName(this IResource resource, bool useBuiltImage, [NotNullWhen(true)] out string? imageName)
    {
        if (useBuiltImage && resource.TryGetLastAnnotation<DockerfileBuildAnnotation>(out var build) && build.ImageName is { Length: > 0 } built)
        {
            imageName = build.ImageTag is { Length: > 0 } tag ? $"{built}:{tag}" : built;
            return true;
        }

        return resource.TryGetDeclaredImageName(out imageName);
    }

    /// <summary>The image's full name, when the resource is a container.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="imageName">Registry, name, and digest or tag.</param>
    public static bool TryGetContainerImageName(this IResource resource, [NotNullWhen(true)] out string? imageName)
        => resource.TryGetContainerImageName(useBuiltImage: true, out imageName);

    private static bool TryGetDeclaredImageName(this IResource resource, [NotNullWhen(true)] out string? imageName)
    {
        imageName = resource.TryGetLastAnnotation<ContainerImageAnnotation>(out var image)
            ? $"{(image.Registry is { Length: > 0 } registry ? $"{registry}/" : string.Empty)}{image.Image}{(image.SHA256 is { } digest ? $"@sha256:{digest}" : $":{image.Tag ?? "latest"}")}"
            : null;
        return imageName is not null;
    }

    /// <summary>Whether a proxy may stand before the resource's endpoints.</summary>
    internal static bool SupportsProxy(this IResource resource)
        => !resource.TryGetLastAnnotation<ProxySupportAnnotation>(out var support) || support.ProxyEnabled;

    /// <summary>How many times the resource runs.</summary>
    /// <param name="resource">The resource.</param>
    public static int GetReplicaCount(this IResource resource)
        => resource.TryGetLastAnnotation<ReplicaAnnotation>(out var replicas) ? replicas.Replicas : 1;

    internal static T LastAnnotation<T>(this IResource resource)
        where T : IResourceAnnotation
        => resource.TryGetLastAnnotation<T>(out var annotation)
            ? annotation
            : throw new InvalidOperationException($"Resource '{resource.Name}' has no {typeof(T).Name}.");
}
