using System.Collections.Immutable;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>The addresses of a resource, put together.</summary>
internal sealed class ResourceUrls(IReadOnlyList<ResourceUrlAnnotation> urls) : IResourceAnnotation
{
    /// <summary>The addresses as they are shown; those of endpoints only while the resource runs.</summary>
    public ImmutableArray<UrlSnapshot> Snapshot(bool active)
        => [.. urls.Select(u => new UrlSnapshot(u.Endpoint?.EndpointName, u.Url, IsInternal: u.DisplayLocation == UrlDisplayLocation.DetailsOnly)
        {
            IsInactive = u.Endpoint is not null && !active,
            DisplayProperties = new(u.DisplayText ?? string.Empty, u.DisplayOrder ?? 0),
        })];
}
