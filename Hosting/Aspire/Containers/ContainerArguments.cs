using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Execution;

namespace Aspire.Hosting.Containers;

/// <summary>Says in podman's words how a container runs.</summary>
internal static class ContainerArguments
{
    /// <summary>The label every container and network of a run has.</summary>
    public const string RunLabel = "io.xoe-novai.run";

    private const string ResourceLabel = "io.xoe-novai.resource";

    /// <summary>The options, the image and the command: what follows <c>podman create</c> and <c>podman run</c>.</summary>
    /// <param name="resource">The container.</param>
    /// <param name="name">Its name for podman.</param>
    /// <param name="runId">The run it belongs to.</param>
    /// <param name="configuration">Its environment and arguments.</param>
    /// <param name="environmentFile">The file with those variables that are secret.</param>
    /// <param name="runtimeArguments">What the model adds for the runtime.</param>
    public static List<string> Of(ContainerResource resource, string name, string runId, ResourceConfiguration configuration, string? environmentFile, IEnumerable<string> runtimeArguments)
    {
        List<string> arguments = ["--name", name, "--label", $"{RunLabel}={runId}", "--label", $"{ResourceLabel}={resource.Name}"];
        arguments.AddRange(configuration.Environment.SelectMany(static e => (string[])["-e", $"{e.Key}={e.Value}"]));
        if (environmentFile is not null)
        {
            arguments.AddRange(["--env-file", environmentFile]);
        }

        foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>())
        {
            var protocol = endpoint.Protocol == System.Net.Sockets.ProtocolType.Udp ? "/udp" : string.Empty;
            arguments.AddRange(["-p", $"127.0.0.1:{endpoint.AllocatedEndpoint!.Port}:{endpoint.TargetPort}{protocol}"]);
        }

        arguments.AddRange(resource.Annotations.OfType<ContainerMountAnnotation>().SelectMany(m => (string[])["-v", MountOf(resource, m)]));
        if (PullPolicyOf(resource) is { } policy)
        {
            arguments.Add($"--pull={policy}");
        }

        if (resource.Entrypoint is { } entrypoint)
        {
            arguments.AddRange(["--entrypoint", entrypoint]);
        }

        arguments.AddRange(ApplicationNetwork.ArgumentsOf(resource, runId));
        arguments.AddRange(runtimeArguments);
        arguments.Add(resource.TryGetContainerImageName(out var image) ? image : throw new DistributedApplicationException($"Container '{resource.Name}' has no image. Give it one with WithImage."));
        arguments.AddRange(configuration.Arguments);
        return arguments;
    }

    private static string MountOf(IResource resource, ContainerMountAnnotation mount)
    {
        var source = mount.Source ?? throw new DistributedApplicationException($"The volume at '{mount.Target}' of '{resource.Name}' has no name. Name it, or leave it to the image.");
        return $"{source}:{mount.Target}{(mount.IsReadOnly ? ":ro" : string.Empty)}";
    }

    private static string? PullPolicyOf(IResource resource)
        => (resource.TryGetLastAnnotation<ContainerImagePullPolicyAnnotation>(out var policy) ? policy.ImagePullPolicy : ImagePullPolicy.Default) switch
        {
            ImagePullPolicy.Always => "always",
            ImagePullPolicy.Missing => "missing",
            ImagePullPolicy.Never => "never",
            _ => null,
        };
}
