namespace Aspire.Hosting.ApplicationModel;

/// <summary>Says that the resource starts only on command.</summary>
public sealed class ExplicitStartupAnnotation : IResourceAnnotation;
