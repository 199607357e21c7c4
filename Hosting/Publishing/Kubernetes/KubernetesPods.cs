using k8s.Models;
using XoeNovAi.Hosting.Publishing.Description;

namespace XoeNovAi.Hosting.Publishing.Kubernetes;

/// <summary>The pods of a cluster.</summary>
internal static class KubernetesPods
{
    /// <summary>A pod with a container and those in its network.</summary>
    public static V1PodSpec Of(DeployedModel model, DeployedContainer owner)
    {
        var together = model.TogetherWith(owner).ToList();
        return new()
        {
            AutomountServiceAccountToken = false,
            EnableServiceLinks = false,

            // A user namespace of its own, as on Podman.
            HostUsers = false,
            SecurityContext = new() { FsGroup = owner.IsStore ? PodParts.UserOf(owner).Group : null, SeccompProfile = new() { Type = "RuntimeDefault" } },
            Containers = [.. together.Select(ContainerOf)],
            Volumes = [.. together.SelectMany(VolumesOf)],
        };
    }

    /// <summary>The name of the Secret with a container's secret variables.</summary>
    public static string SecretOf(DeployedContainer container) => $"{container.Name}-secrets";

    /// <summary>The name of the Secret with the certificates and keys that whoever deploys provides.</summary>
    public static string ProvidedOf(DeployedContainer container) => $"{container.Name}-files";

    /// <summary>The name of the ConfigMap with a container's other files.</summary>
    public static string ConfigMapOf(DeployedContainer container) => $"{container.Name}-config";

    private static V1Container ContainerOf(DeployedContainer container)
        => new()
        {
            Name = container.Name,
            Image = container.Image,
            Command = container.Entrypoint is { } entrypoint ? [entrypoint] : null,
            Args = container.Arguments.Count == 0 ? null : [.. container.Arguments.Select(a => Literal(container, a))],
            Env = [.. EnvironmentOf(container)],
            Ports = [.. container.Endpoints.Select(static e => new V1ContainerPort { Name = PodParts.NameOf(e), ContainerPort = e.Port, Protocol = e.Protocol })],
            ReadinessProbe = ProbeOf(container),
            Resources = PodParts.LimitsOf(container),
            SecurityContext = PodParts.SecurityOf(container),
            VolumeMounts = [.. MountsOf(container)],
        };

    // Kubernetes replaces $(NAME) by a variable; two dollars stand for one.
    private static string Literal(DeployedContainer container, Value value)
        => value.Render(
            static _ => string.Empty,
            part => part.Otherwise ?? throw new PublishingException($"'{container.Name}' asks for the subnet of '{part.Network}', and in Kubernetes a network is a policy and has none; say with SubnetOr what is said instead."))
            .Replace("$", "$$", StringComparison.Ordinal);

    private static IEnumerable<V1EnvVar> EnvironmentOf(DeployedContainer container)
        => container.Environment.Select(e => !e.Value.IsSecret
            ? new V1EnvVar { Name = e.Key, Value = Literal(container, e.Value) }
            : container.SecretFolder is { } folder
            ? new() { Name = $"{e.Key}_FILE", Value = $"{folder}/{e.Key}" }
            : new() { Name = e.Key, ValueFrom = new() { SecretKeyRef = new() { Name = SecretOf(container), Key = e.Key } } });

    private static V1Probe? ProbeOf(DeployedContainer container)
        => container.Probe is { } probe
            ? new()
            {
                HttpGet = probe.Path is { } path ? new() { Path = path, Port = Port(probe) } : null,
                TcpSocket = probe.Path is null ? new() { Port = Port(probe) } : null,
                PeriodSeconds = probe.PeriodSeconds,
                TimeoutSeconds = probe.TimeoutSeconds,
                FailureThreshold = probe.FailureThreshold,
            }
            : container.HealthCommand is { } command ? new() { Exec = new() { Command = [.. command] } } : null;

    private static IntOrString Port(DeployedProbe probe) => probe.Port;

    private static IEnumerable<V1VolumeMount> MountsOf(DeployedContainer container)
        => container.Volumes.Select(v => new V1VolumeMount { Name = PodParts.NameOf(VolumeOf(container, v).Name), MountPath = v.Target, ReadOnlyProperty = v.IsReadOnly ? true : null })
            .Concat(container.TemporaryFolders.Select(f => new V1VolumeMount { Name = PodParts.VolumeName(container, f.Path), MountPath = f.Path }))
            .Concat(container.Files.Select(f => new V1VolumeMount { Name = f.Content is null ? ProvidedOf(container) : ConfigMapOf(container), MountPath = f.Path, SubPath = f.Key, ReadOnlyProperty = true }))
            .Concat(HasSecretFiles(container) ? [new() { Name = SecretOf(container), MountPath = container.SecretFolder!, ReadOnlyProperty = true }] : []);

    private static IEnumerable<V1Volume> VolumesOf(DeployedContainer container)
    {
        // Those of a store are claimed by its StatefulSet.
        foreach (var folder in container.TemporaryFolders)
        {
            yield return new() { Name = PodParts.VolumeName(container, folder.Path), EmptyDir = new() { Medium = "Memory" } };
        }

        if (container.Files.Any(static f => f.Content is not null))
        {
            yield return new() { Name = ConfigMapOf(container), ConfigMap = new() { Name = ConfigMapOf(container) } };
        }

        if (container.Files.Any(static f => f.Content is null))
        {
            yield return new() { Name = ProvidedOf(container), Secret = new() { SecretName = ProvidedOf(container) } };
        }

        if (HasSecretFiles(container))
        {
            yield return new() { Name = SecretOf(container), Secret = new() { SecretName = SecretOf(container) } };
        }
    }

    private static bool HasSecretFiles(DeployedContainer container) => container.SecretFolder is not null && container.Secrets.Any();

    /// <summary>The volume, where a cluster has such.</summary>
    /// <exception cref="PublishingException">It is a folder of the host.</exception>
    public static DeployedVolume VolumeOf(DeployedContainer container, DeployedVolume volume)
        => volume.HostPath is { } path
            ? throw new PublishingException($"'{container.Name}' mounts '{path}' of this machine, which the nodes of a cluster do not have; put it into the image or into a volume.")
            : volume;
}
