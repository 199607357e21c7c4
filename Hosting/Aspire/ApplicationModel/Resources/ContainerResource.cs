using System.Diagnostics.CodeAnalysis;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A container.</summary>
/// <param name="name">The resource's name.</param>
/// <param name="entrypoint">What runs in place of the image's entry point.</param>
public class ContainerResource(string name, string? entrypoint = null)
    : Resource(name), IResourceWithEnvironment, IResourceWithArgs, IResourceWithEndpoints, IResourceWithWaitSupport, IResourceWithProbes, IComputeResource
{
    /// <summary>What runs in place of the image's entry point; null leaves the image's.</summary>
    public string? Entrypoint { get; set; } = entrypoint;

    /// <summary>Whether the arguments are one line for a shell.</summary>
    [Experimental("ASPIRECONTAINERSHELLEXECUTION001")]
    public bool? ShellExecution { get; set; }
}
