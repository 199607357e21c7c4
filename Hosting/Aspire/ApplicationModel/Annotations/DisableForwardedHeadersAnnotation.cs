namespace Aspire.Hosting.ApplicationModel;

/// <summary>Says that a published project does not take X-Forwarded-* headers at their word.</summary>
public sealed class DisableForwardedHeadersAnnotation : IResourceAnnotation;
