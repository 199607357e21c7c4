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
    /// <param name="identity">Its name and owner.</param>
    /// <param name="image">The image it is made of.</param>
    /// <param name="configuration">Its environment and arguments.</param>
    /// <param name="environmentFile">The file with those variables that are secret.</param>
    /// <param name="networkArguments">Where it is.</param>
    /// <param name="runtimeArguments">What the model adds for the runtime.</param>
    public static List<string> Of(ContainerResource resource, ContainerIdentity identity, string image, ResourceConfiguration configuration, string? environmentFile, IEnumerable<string> networkArguments, IEnumerable<string> runtimeArguments)
    {
        List<string> arguments = ["--name", identity.Name, "--label", identity.Label, "--label", $"{ResourceLabel}={resource.Name}"];
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

        arguments.AddRange(resource.Annotations.OfType<ContainerMountAnnotation>().SelectMany(MountOf));
        if (PullPolicyOf(resource) is { } policy)
        {
            arguments.Add($"--pull={policy}");
        }

        if (resource.Entrypoint is { } entrypoint)
        {
            arguments.AddRange(["--entrypoint", entrypoint]);
        }

        arguments.AddRange(networkArguments);
        arguments.AddRange(runtimeArguments);
        arguments.Add(image);
        arguments.AddRange(configuration.Arguments);
        return arguments;
    }

    // A volume without a name goes with the container.
    private static string[] MountOf(ContainerMountAnnotation mount)
        => mount.Source is { Length: > 0 } source
            ? ["-v", $"{source}:{mount.Target}{(mount.IsReadOnly ? ":ro" : string.Empty)}"]
            : ["--mount", $"type=volume,destination={mount.Target}{(mount.IsReadOnly ? ",ro=true" : string.Empty)}"];

    // An image that is built here is nowhere else.
    private static string? PullPolicyOf(IResource resource)
        => resource.HasAnnotationOfType<DockerfileBuildAnnotation>() ? "never" : (resource.TryGetLastAnnotation<ContainerImagePullPolicyAnnotation>(out var policy) ? policy.ImagePullPolicy : ImagePullPolicy.Default) switch
        {
            ImagePullPolicy.Always => "always",
            ImagePullPolicy.Missing => "missing",
            ImagePullPolicy.Never => "never",
            _ => null,
        };
}
