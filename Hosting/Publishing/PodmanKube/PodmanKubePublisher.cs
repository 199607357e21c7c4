using System.Globalization;
using k8s;
using k8s.Models;
using XoeNovAi.Hosting.Publishing.Description;
using XoeNovAi.Hosting.Publishing.Kubernetes;
using XoeNovAi.Hosting.Publishing.Output;

namespace XoeNovAi.Hosting.Publishing.PodmanKube;

/// <summary>
/// YAML for <c>podman kube play</c>, as Podman 4.3 and later take it. A pod has one network namespace, so each container is a pod; what
/// this YAML has no word for (networks, their names and user namespaces) stands in tables beside it, which a script reads.
/// </summary>
internal sealed class PodmanKubePublisher : IEnginePublisher
{
    private const string Script = "play.sh";

    /// <inheritdoc />
    public string Name => "podman-kube";

    /// <inheritdoc />
    public string Title => "YAML for podman kube play";

    /// <inheritdoc />
    public EngineGuide Guide => new(
        ["`./play.sh` makes the networks and plays the pods, once the secrets are there; `./play.sh down` takes them down, and volumes stay."],
        static entry => entry.Key is { } key
            ? $"one secret for the container, a JSON object of base64 by name: `printf '{{\"{key}\":\"%s\"}}' \"$(base64 -w0 FILE)\" | podman secret create {SecretOf("APPLICATION", entry.Container)} -`"
            : $"`tar -c -f - {Path.GetFileName(entry.Path)} | podman volume import {ProvidedOf("APPLICATION", entry.Container, Path.GetDirectoryName(entry.Path)!)} -`, with all files of the folder, after `podman volume create` of that name",
        [
            "Secrets are environment variables: Podman 4.3 plays no secret as a file, and `podman inspect` shows them.",
            "Containers with a volume share the user namespace of Podman's user: with one of their own, `kube play` would find its volume's files another's the next time. All others have one each.",
            "Folders in memory are volumes that go with the pod, with the mode the image's folder has.",
            "Health commands are asked by systemd's timers; on a machine without systemd nobody asks.",
            "There is no limit of processes. Limits of memory and processors fail where the user's control groups are not delegated: then leave `resources` out.",
            "Pods start in their order, and none waits until another is healthy.",
        ]);

    /// <inheritdoc />
    public IEnumerable<OutputFile> Translate(DeployedModel model, string application)
    {
        yield return new("networks.txt", Table(model.Networks.Select(n => (IEnumerable<string>)
        [
            NetworkOf(application, n.Name), "--opt", "isolate=true", $"--subnet={n.Subnet}", .. n.IsInternal ? (string[])["--internal"] : [], .. n.HasNames ? (string[])[] : ["--disable-dns"],
        ])));
        var owners = model.Containers.Where(static c => c.InNetworkOf is null).ToList();
        yield return new("pods.txt", Table(owners.Select(c => PodLine(model, c, application))));
        foreach (var owner in owners)
        {
            yield return new($"{owner.Name}.yaml", KubernetesYaml.SerializeAll(
            [
                .. model.TogetherWith(owner).SelectMany(c => PodParts.FoldersOf(c).Select(f => PodParts.ConfigMapOf(ConfigOf(application, c, f.Key), f, static file => file.Name))),
                PodOf(model, owner, application),
            ]));
        }

        using var script = new StreamReader(typeof(PodmanKubePublisher).Assembly.GetManifestResourceStream($"{typeof(PodmanKubePublisher).Namespace}.{Script}")!);
        yield return new(Script, script.ReadToEnd(), IsExecutable: true);
    }

    /// <summary>The name of the secret with a container's variables.</summary>
    public static string SecretOf(string application, string container) => $"{application}-{container}-secrets";

    /// <summary>The name of the volume with the certificates and keys in a folder of a container.</summary>
    public static string ProvidedOf(string application, string container, string folder) => $"{application}-{container}-{folder.Trim('/').Replace('/', '-')}";

    /// <summary>What a network is called in Podman.</summary>
    public static string NetworkOf(string application, string network) => $"{application}-{network}";

    /// <summary>What a pod is called in Podman.</summary>
    public static string PodNameOf(string application, string container) => $"{application}-{container}";

    private static string Table(IEnumerable<IEnumerable<string>> rows) => string.Concat(rows.Select(static r => $"{string.Join(' ', r)}\n"));

    private static IEnumerable<string> PodLine(DeployedModel model, DeployedContainer owner, string application)
    {
        yield return $"{owner.Name}.yaml";
        foreach (var membership in owner.Networks)
        {
            yield return $"--network={NetworkOf(application, membership.Network)}:{string.Join(',', membership.Aliases.Prepend(owner.Name).Select(static a => $"alias={a}"))}";
        }

        if (!model.TogetherWith(owner).Any(static c => c.IsStore))
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"--userns=auto:size={model.TogetherWith(owner).Max(static c => c.Hardening.UserNamespaceSize)}");
        }
    }

    private static V1Pod PodOf(DeployedModel model, DeployedContainer owner, string application)
    {
        var together = model.TogetherWith(owner).ToList();
        return new()
        {
            ApiVersion = V1Pod.KubeApiVersion,
            Kind = V1Pod.KubeKind,
            Metadata = new() { Name = PodNameOf(application, owner.Name), Labels = new Dictionary<string, string> { [Labels.Name] = owner.Name, [Labels.Application] = application } },
            Spec = new()
            {
                RestartPolicy = "Always",
                AutomountServiceAccountToken = false,
                Containers = [.. together.Select(c => ContainerOf(model, c, application))],
                Volumes = [.. together.SelectMany(c => VolumesOf(c, application))],
            },
        };
    }

    private static V1Container ContainerOf(DeployedModel model, DeployedContainer container, string application)
    {
        if (container.Replicas > 1)
        {
            throw new PublishingException($"'{container.Name}' is to run {container.Replicas} times, and podman kube play runs a pod once; add each instance as a container of its own.");
        }

        return new()
        {
            Name = container.Name,
            Image = container.Image,
            Command = container.Entrypoint is { } entrypoint ? [entrypoint] : null,
            Args = container.Arguments.Count == 0 ? null : [.. container.Arguments.Select(a => a.Template(model.SubnetOf))],
            Env = [.. container.Environment.Select(e => e.Value.IsSecret
                ? new V1EnvVar { Name = e.Key, ValueFrom = new() { SecretKeyRef = new() { Name = SecretOf(application, container.Name), Key = e.Key } } }
                : new() { Name = e.Key, Value = e.Value.Template(model.SubnetOf) })],

            // Podman 4.3 publishes every port that is named, and on all addresses where none is: so only those that callers outside use are.
            Ports = [.. container.Endpoints.Where(static e => e.IsExternal).Select(static e => new V1ContainerPort { Name = e.Name, ContainerPort = e.Port, Protocol = e.Protocol, HostPort = e.PublishedPort ?? e.Port, HostIP = "127.0.0.1" })],
            LivenessProbe = ProbeOf(container),
            Resources = PodParts.LimitsOf(container),
            SecurityContext = PodParts.SecurityOf(container),
            VolumeMounts =
            [
                .. container.Volumes.Select(v => new V1VolumeMount { Name = PodParts.VolumeName(container, v.Target), MountPath = v.Target, ReadOnlyProperty = v.IsReadOnly ? true : null }),
                .. container.TemporaryFolders.Select(f => new V1VolumeMount { Name = PodParts.VolumeName(container, f.Path), MountPath = f.Path }),
                .. container.Files.Select(f => f.Folder).Distinct(StringComparer.Ordinal).Select(f => new V1VolumeMount { Name = PodParts.VolumeName(container, f), MountPath = f, ReadOnlyProperty = true }),
            ],
        };
    }

    // Podman takes the probe of life for its own health check, and no other.
    private static V1Probe? ProbeOf(DeployedContainer container)
        => container.HealthCommand is { } command
            ? new() { Exec = new() { Command = [.. command] }, InitialDelaySeconds = 5, PeriodSeconds = 10, TimeoutSeconds = 5, FailureThreshold = 3 }
            : container.Probe is null ? null
            : throw new PublishingException($"'{container.Name}' is asked for its health over its network, which Podman does not do; name a command in its image with WithHealthCommand.");

    private static IEnumerable<V1Volume> VolumesOf(DeployedContainer container, string application)
    {
        foreach (var volume in container.Volumes)
        {
            yield return volume.HostPath is { } path
                ? new() { Name = PodParts.VolumeName(container, volume.Target), HostPath = new() { Path = path } }
                : Claimed(PodParts.VolumeName(container, volume.Target), $"{application}-{volume.Name}");
        }

        foreach (var folder in container.TemporaryFolders)
        {
            yield return new() { Name = PodParts.VolumeName(container, folder.Path), EmptyDir = new() { Medium = "Memory" } };
        }

        foreach (var folder in container.Files.GroupBy(static f => f.Folder, StringComparer.Ordinal))
        {
            var name = PodParts.VolumeName(container, folder.Key);
            yield return folder.Key == "/" || folder.Select(static f => f.Content is null).Distinct().Count() > 1
                ? throw new PublishingException($"'{container.Name}' has files in '{folder.Key}' that podman kube play, which mounts whole folders, cannot put there beside others; give them a folder of their own.")
                : folder.Any(static f => f.Content is null)
                ? Claimed(name, ProvidedOf(application, container.Name, folder.Key))
                : new() { Name = name, ConfigMap = new() { Name = ConfigOf(application, container, folder.Key) } };
        }
    }

    // Without a claim beside it: Podman makes the volume, and plays the same a second time.
    private static V1Volume Claimed(string name, string volume) => new() { Name = name, PersistentVolumeClaim = new() { ClaimName = volume } };

    private static string ConfigOf(string application, DeployedContainer container, string folder) => $"{application}-{container.Name}-{folder.Trim('/').Replace('/', '-')}";
}
