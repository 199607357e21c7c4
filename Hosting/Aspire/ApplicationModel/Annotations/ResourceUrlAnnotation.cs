namespace Aspire.Hosting.ApplicationModel;

/// <summary>An address the dashboard shows.</summary>
public sealed class ResourceUrlAnnotation : IResourceAnnotation
{
    /// <summary>Its place: higher comes first.</summary>
#pragma warning disable CA1051 // Aspire has a field here, and sources that name it must compile.
    public int? DisplayOrder;
#pragma warning restore CA1051

    /// <summary>The address.</summary>
    public required string Url { get; set; }

    /// <summary>What is shown in its place.</summary>
    public string? DisplayText { get; set; }

    /// <summary>Where it is shown.</summary>
    public UrlDisplayLocation DisplayLocation { get; set; }

    /// <summary>The endpoint it belongs to.</summary>
    public EndpointReference? Endpoint { get; init; }
}
