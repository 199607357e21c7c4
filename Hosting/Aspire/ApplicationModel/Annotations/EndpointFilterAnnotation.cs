namespace Aspire.Hosting.ApplicationModel;

/// <summary>Says which endpoints a project is told to listen on.</summary>
/// <param name="Filter">Says so of each.</param>
internal sealed record EndpointFilterAnnotation(Func<EndpointAnnotation, bool> Filter) : IResourceAnnotation;
