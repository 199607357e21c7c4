using System.Diagnostics.CodeAnalysis;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A resource that probes can be declared for.</summary>
[Experimental("ASPIREPROBES001")]
public interface IResourceWithProbes : IResource;
