namespace XoeNovAi.AppHost.Services;

/// <summary>Of which service of the stack a resource is an instance, whichever way it runs.</summary>
/// <param name="Service">The name it is registered and called by.</param>
public sealed record StackServiceAnnotation(string Service) : IResourceAnnotation;
