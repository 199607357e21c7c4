namespace Aspire.Hosting.ApplicationModel;

/// <summary>A process on the host.</summary>
public class ExecutableResource : Resource, IResourceWithEnvironment, IResourceWithArgs, IResourceWithEndpoints, IResourceWithWaitSupport, IResourceWithProbes, IComputeResource
{
    /// <summary>Creates the resource.</summary>
    /// <param name="name">The resource's name.</param>
    /// <param name="command">What is run: a path, or a name found on PATH.</param>
    /// <param name="workingDirectory">The folder it runs in.</param>
    public ExecutableResource(string name, string command, string workingDirectory)
        : base(name)
    {
        ArgumentException.ThrowIfNullOrEmpty(command);
        ArgumentNullException.ThrowIfNull(workingDirectory);
        Annotations.Add(new ExecutableAnnotation { Command = command, WorkingDirectory = workingDirectory });
    }

    /// <summary>What is run.</summary>
    public string Command => this.LastAnnotation<ExecutableAnnotation>().Command;

    /// <summary>The folder it runs in.</summary>
    public string WorkingDirectory => this.LastAnnotation<ExecutableAnnotation>().WorkingDirectory;
}
