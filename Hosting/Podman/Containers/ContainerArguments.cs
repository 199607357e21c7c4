using System.Globalization;
using System.Net.Sockets;

namespace XoeNovAi.Hosting.Podman.Containers;

/// <summary>Says in Podman's words how a container runs.</summary>
internal static class ContainerArguments
{
    /// <summary>The label that names the resource of a container.</summary>
    public const string ResourceLabel = "io.xoe-novai.resource";

    /// <summary>The options, the image and the command: what follows <c>podman create</c> and <c>podman run</c>.</summary>
    public static List<string> Of(ContainerPlan plan)
    {
        var container = plan.Container;
        List<string> arguments = ["--name", plan.Name, "--label", plan.Label, "--label", $"{ResourceLabel}={container.Name}", "--log-driver=k8s-file"];
        if (plan.LogFile is { } log)
        {
            arguments.Add($"--log-opt=path={log}");
        }

        if (plan.EnvironmentFile is { } file)
        {
            arguments.AddRange(["--env-file", file]);
        }

        // An environment file has no way to say these; none of them is a secret.
        arguments.AddRange(plan.Environment.SelectMany(static e => (string[])["-e", $"{e.Key}={e.Value}"]));
        arguments.AddRange(container.Annotations.OfType<EndpointAnnotation>().SelectMany(PublishOf));
        arguments.AddRange(container.Annotations.OfType<ContainerMountAnnotation>().SelectMany(m => MountOf(m, plan.SharedVolumes)));
        if (PullPolicyOf(container) is { } policy)
        {
            arguments.Add($"--pull={policy}");
        }

        if (container.Entrypoint is { } entrypoint)
        {
            arguments.AddRange(["--entrypoint", entrypoint]);
        }

        arguments.AddRange(plan.RuntimeArguments);
        arguments.Add(plan.Image);
        arguments.AddRange(plan.Arguments);
        return arguments;
    }

    // On loopback, unless the endpoint says where else it wants to listen.
    private static string[] PublishOf(EndpointAnnotation endpoint)
    {
        var protocol = endpoint.Protocol == ProtocolType.Udp ? "/udp" : string.Empty;
        var address = endpoint.TargetHost switch
        {
            "localhost" => "127.0.0.1",
            "*" or "+" => "0.0.0.0",
            var given => given,
        };
        return ["-p", string.Create(CultureInfo.InvariantCulture, $"{address}:{endpoint.AllocatedEndpoint!.Port}:{endpoint.TargetPort}{protocol}")];
    }

    // A volume without a name goes with the container. One with a name is there longer than the ids of the container that wrote to it:
    // its files get those of the next (U), unless others have it as well, or it may only be read.
    private static string[] MountOf(ContainerMountAnnotation mount, IReadOnlySet<string> shared)
        => mount.Source is { Length: > 0 } source
            ? ["-v", $"{source}:{mount.Target}{(mount.IsReadOnly ? ":ro" : mount.Type == ContainerMountType.Volume && !shared.Contains(source) ? ":U" : string.Empty)}"]
            : ["--mount", $"type=volume,destination={mount.Target}{(mount.IsReadOnly ? ",ro=true" : string.Empty)}"];

    // An image that is built here is nowhere else.
    private static string? PullPolicyOf(IResource container)
        => container.HasAnnotationOfType<DockerfileBuildAnnotation>() ? "never" : (container.TryGetLastAnnotation<ContainerImagePullPolicyAnnotation>(out var policy) ? policy.ImagePullPolicy : ImagePullPolicy.Default) switch
        {
            ImagePullPolicy.Always => "always",
            ImagePullPolicy.Missing => "missing",
            ImagePullPolicy.Never => "never",
            _ => null,
        };
}

/// <summary>All that Podman is told of one container.</summary>
internal sealed record ContainerPlan(ContainerResource Container, string Name, string Label, string Image)
{
    /// <summary>Where its monitor writes what it says; null for Podman's own place.</summary>
    public string? LogFile { get; init; }

    /// <summary>The file with its environment; null when it is empty.</summary>
    public string? EnvironmentFile { get; init; }

    /// <summary>What an environment file cannot carry.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Networks, hardening, files, and what the model adds for the runtime.</summary>
    public IReadOnlyList<string> RuntimeArguments { get; init; } = [];

    /// <summary>The names of its volumes that others have as well.</summary>
    public IReadOnlySet<string> SharedVolumes { get; init; } = new HashSet<string>();

    /// <summary>What follows the image.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];
}
