namespace Aspire.Hosting.ApplicationModel;

/// <summary>A resource that probes can be declared for.</summary>
public interface IResourceWithProbes : IResource;
