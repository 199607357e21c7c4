using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dcp.Client;
using Aspire.Hosting.Execution;

namespace Aspire.Hosting.Dcp;

/// <summary>Says in DCP's words how a process runs.</summary>
internal static class ExecutableSpecFactory
{
    public static DcpExecutable Create(ResourceInstance instance, ResourceConfiguration configuration)
    {
        var (path, folder, leading) = CommandOf(instance.Resource);
        var producers = instance.Resource.Annotations.OfType<EndpointAnnotation>()
            .Select(e => new DcpServiceProducer { ServiceName = EndpointAllocator.ServiceNameOf(instance.Resource, e), Address = "localhost", Port = e.TargetPort })
            .ToList();
        return new()
        {
            Metadata = new()
            {
                Name = instance.DcpName,
                Annotations = producers.Count == 0 ? null : new Dictionary<string, string>([DcpObject.ServedBy(producers)]),
            },
            Spec = new()
            {
                ExecutablePath = path,
                WorkingDirectory = folder,
                Args = [.. leading, .. configuration.Arguments],
                // DCP sets a process's environment directly: nothing of it is on a command line.
                Env = [.. configuration.Environment.Concat(configuration.Secrets).Select(static e => new DcpEnvVar { Name = e.Key, Value = e.Value })],
                ExecutionType = "Process",
            },
        };
    }

    private static (string Path, string Folder, string[] Arguments) CommandOf(IResource resource)
    {
        switch (resource)
        {
            case ExecutableResource executable:
                return (executable.Command, executable.WorkingDirectory, []);
            case ProjectResource project:
                var metadata = project.GetProjectMetadata();
                var folder = System.IO.Path.GetDirectoryName(metadata.ProjectPath)!;

                // What the build recorded starts at once; `dotnet run` takes seconds to find out the same.
                return (metadata as IProjectOutput)?.TargetPath is { } target
                    ? ("dotnet", folder, ["exec", target])
                    : ("dotnet", folder, ["run", "--project", metadata.ProjectPath, "--no-launch-profile"]);
            default:
                throw new InvalidOperationException($"'{resource.Name}' is no process.");
        }
    }
}
