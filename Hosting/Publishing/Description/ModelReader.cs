using System.Globalization;
using System.Net.Sockets;
using XoeNovAi.Hosting.Podman.Hardening;
using XoeNovAi.Hosting.Podman.Networks;
using XoeNovAi.Hosting.Podman.Secrets;
using XoeNovAi.Hosting.Podman.Services;
using XoeNovAi.Hosting.Podman.Volumes;

namespace XoeNovAi.Hosting.Publishing.Description;

/// <summary>Reads of Aspire's model what is to be deployed: the one place that knows both.</summary>
internal sealed class ModelReader(DistributedApplicationExecutionContext executionContext, PublishingOptions options, IServiceProvider services, TimeProvider time)
{
    private const string LocalRegistry = "localhost/";

    // Containers on no declared network share this one, as they do when the application runs.
    private const string DefaultNetwork = "default";
    private const int FirstSubnet = 100;

    /// <summary>The whole model.</summary>
    /// <exception cref="PublishingException">Something in it cannot be deployed by any engine.</exception>
    public async Task<DeployedModel> ReadAsync(DistributedApplicationModel model, CancellationToken cancellationToken)
    {
        var resources = model.Resources.Where(static r => !IsLeftOut(r)).ToList();
        if (resources.Find(static r => r is ProjectResource or ExecutableResource) is { } process)
        {
            throw new PublishingException($"'{process.Name}' runs as a process and has no image; add it with AddServiceContainer or AddContainer when publishing.");
        }

        var containers = new List<DeployedContainer>();
        var secrets = resources.OfType<ParameterResource>().Where(static p => p.Secret).ToHashSet();
        foreach (var resource in resources.OfType<ContainerResource>())
        {
            containers.Add(await ReadAsync(resource, secrets, cancellationToken).ConfigureAwait(false));
        }

        await FileReader.RefuseSecretsAsync(containers, secrets, cancellationToken).ConfigureAwait(false);

        var networks = model.Resources.OfType<PodmanNetworkResource>().Select(static n => (n.Name, n.IsInternal, n.HasNames)).ToList();
        if (containers.Exists(static c => c.Networks.Any(static n => n.Network == DefaultNetwork)))
        {
            networks.Add((DefaultNetwork, false, true));
        }

        return new(
            [.. networks.Select(static (n, i) => new DeployedNetwork(n.Name, n.IsInternal, n.HasNames, string.Create(CultureInfo.InvariantCulture, $"10.89.{FirstSubnet + i}.0/24")))],
            Ordered(containers));
    }

    private static bool IsLeftOut(IResource resource)
        => resource.Annotations.OfType<ManifestPublishingCallbackAnnotation>().LastOrDefault() == ManifestPublishingCallbackAnnotation.Ignore;

    private async Task<DeployedContainer> ReadAsync(ContainerResource container, HashSet<ParameterResource> secrets, CancellationToken cancellationToken)
    {
        if (container.HasAnnotationOfType<ContainerRuntimeArgsCallbackAnnotation>())
        {
            throw new PublishingException($"'{container.Name}' has runtime arguments (WithContainerRuntimeArgs), which mean something to the engine of this machine only; say what they do by hardening, limits, networks or volumes.");
        }

        var values = new ValueReader(container, secrets, executionContext, time);
        var arguments = await ArgumentsOfAsync(container, values, cancellationToken).ConfigureAwait(false);
        var limits = container.Annotations.OfType<ContainerLimits>().LastOrDefault();
        var project = container.Annotations.OfType<ServiceProjectAnnotation>().LastOrDefault()?.Path;
        var owner = NetworkSharing.OwnerOf(container);
        return new()
        {
            Name = EngineName.Of(container),
            Image = ImageOf(container, project),
            BuiltOf = project ?? container.Annotations.OfType<DockerfileBuildAnnotation>().LastOrDefault()?.DockerfilePath,
            Entrypoint = container.Entrypoint,
            Arguments = arguments,
            Environment = await EnvironmentOfAsync(container, values, cancellationToken).ConfigureAwait(false),
            SecretFolder = container.Annotations.OfType<SecretFilesAnnotation>().LastOrDefault()?.Folder,
            Files = await FileReader.ReadAsync(container, services, cancellationToken).ConfigureAwait(false),
            Volumes = [.. VolumesOf(container)],
            Endpoints = [.. container.Annotations.OfType<EndpointAnnotation>().Select(e => EndpointOf(container, e))],
            Networks = owner is null ? MembershipsOf(container) : [],
            InNetworkOf = owner is null ? null : EngineName.Of(owner),
            Hardening = container.Annotations.OfType<ContainerHardening>().LastOrDefault() ?? new(),
            MemoryMegabytes = limits?.MemoryMegabytes,
            Cpus = limits?.Cpus,
            Replicas = container.Annotations.OfType<ReplicaAnnotation>().LastOrDefault()?.Replicas ?? 1,
            Probe = ProbeOf(container),
            HealthCommand = container.Annotations.OfType<HealthCommandAnnotation>().LastOrDefault()?.Command,
            Waits = [.. WaitsOf(container)],
        };
    }

    private async Task<IReadOnlyList<Value>> ArgumentsOfAsync(ContainerResource container, ValueReader values, CancellationToken cancellationToken)
    {
        var context = new CommandLineArgsCallbackContext([], container, cancellationToken) { ExecutionContext = executionContext };
        foreach (var callback in container.Annotations.OfType<CommandLineArgsCallbackAnnotation>().ToList())
        {
            await callback.Callback(context).ConfigureAwait(false);
        }

        var arguments = new List<Value>();
        foreach (var argument in context.Args)
        {
            arguments.Add(await values.ReadAsync(argument, cancellationToken).ConfigureAwait(false));
        }

        if (arguments.Exists(static a => a.IsSecret))
        {
            throw new PublishingException($"A secret is among the arguments of '{container.Name}', where every engine would write it out; give it as an environment variable.");
        }

        return container.ShellExecution == true
            ? [new([new TextPart("-c")]), new([.. arguments.SelectMany(static (a, i) => (IEnumerable<ValuePart>)[new TextPart(i == 0 ? string.Empty : " "), .. a.Parts])])]
            : arguments;
    }

    private async Task<IReadOnlyDictionary<string, Value>> EnvironmentOfAsync(ContainerResource container, ValueReader values, CancellationToken cancellationToken)
    {
        var context = new EnvironmentCallbackContext(executionContext, container, [], cancellationToken);
        foreach (var callback in container.Annotations.OfType<EnvironmentCallbackAnnotation>().ToList())
        {
            await callback.Callback(context).ConfigureAwait(false);
        }

        var environment = new SortedDictionary<string, Value>(StringComparer.Ordinal);
        foreach (var (name, value) in context.EnvironmentVariables)
        {
            environment[name] = await values.ReadAsync(value, cancellationToken).ConfigureAwait(false);
        }

        return environment;
    }

    private string ImageOf(ContainerResource container, string? project)
    {
        var image = project is not null
            ? $"{LocalRegistry}{Path.GetFileNameWithoutExtension(project).ToLowerInvariant()}:{options.Tag}"
            : container.HasAnnotationOfType<DockerfileBuildAnnotation>()
            ? $"{LocalRegistry}{EngineName.Of(container)}:{options.Tag}"
            : container.TryGetContainerImageName(out var name) ? name
            : throw new PublishingException($"'{container.Name}' has no image; give it one with WithImage.");
        return image.StartsWith(LocalRegistry, StringComparison.Ordinal) ? $"{options.Registry}/{image[LocalRegistry.Length..]}" : image;
    }

    private static IEnumerable<DeployedVolume> VolumesOf(ContainerResource container)
        => container.Annotations.OfType<ContainerMountAnnotation>().Where(static m => m.Type == ContainerMountType.BindMount || m.Source is { Length: > 0 })
            .Select(static m => new DeployedVolume(m.Type == ContainerMountType.Volume ? m.Source!.ToLowerInvariant() : string.Empty, m.Target, m.IsReadOnly, m.Type == ContainerMountType.BindMount ? m.Source : null))
            .Concat(container.Annotations.OfType<RunVolumeAnnotation>().Select((v, i) => new DeployedVolume(string.Create(CultureInfo.InvariantCulture, $"{EngineName.Of(container)}-data{(i == 0 ? string.Empty : i)}"), v.Target, false, null)));

    private static DeployedEndpoint EndpointOf(ContainerResource container, EndpointAnnotation endpoint)
        => new(
            endpoint.Name.ToLowerInvariant(),
            endpoint.TargetPort ?? endpoint.Port ?? throw new PublishingException($"The endpoint '{endpoint.Name}' of '{container.Name}' has no target port; give it the port the container listens on."),
            endpoint.Protocol == ProtocolType.Udp,
            endpoint.IsExternal,
            endpoint.Port);

    private static IReadOnlyList<DeployedMembership> MembershipsOf(ContainerResource container)
    {
        var everywhere = container.Annotations.OfType<ContainerNetworkAliasAnnotation>().Select(static a => a.Alias).ToList();
        var declared = container.Annotations.OfType<NetworkMembership>().GroupBy(static m => m.Network.Name, static m => m.Aliases, StringComparer.Ordinal).ToList();
        return declared.Count == 0
            ? [new(DefaultNetwork, everywhere)]
            : [.. declared.Select(g => new DeployedMembership(g.Key, [.. g.SelectMany(static a => a).Concat(everywhere).Select(static a => a.ToLowerInvariant()).Where(a => a != EngineName.Of(container)).Distinct(StringComparer.Ordinal)]))];
    }

    // A health check of Aspire's says nothing of what it asks; that it asks the container's first endpoint is a fair guess for a port that is open.
    private static DeployedProbe? ProbeOf(ContainerResource container)
        => container.Annotations.OfType<EndpointProbeAnnotation>().OrderByDescending(static p => p.Type == ProbeType.Readiness).FirstOrDefault() is { EndpointReference.EndpointAnnotation.TargetPort: { } port } probe
            ? new(port, probe.Path, probe.PeriodSeconds, probe.TimeoutSeconds, probe.FailureThreshold)
            : container.HasAnnotationOfType<HealthCheckAnnotation>() && container.Annotations.OfType<EndpointAnnotation>().FirstOrDefault(static e => e.Protocol == ProtocolType.Tcp) is { TargetPort: { } open }
            ? new(open, null, PeriodSeconds: 10, TimeoutSeconds: 1, FailureThreshold: 3)
            : null;

    // Who waits for a database waits for its server.
    private static IEnumerable<DeployedWait> WaitsOf(ContainerResource container)
        => container.Annotations.OfType<WaitAnnotation>()
            .Select(static w => (Container: (w.Resource as ContainerResource) ?? (w.Resource as IResourceWithParent)?.Parent as ContainerResource, w.WaitType))
            .Where(static w => w.Container is not null)
            .Select(w => w.WaitType == WaitType.WaitForCompletion
                ? throw new PublishingException($"'{container.Name}' waits until '{w.Container!.Name}' has ended, which no publisher here can say; start it when that is done.")
                : new DeployedWait(EngineName.Of(w.Container!), w.WaitType == WaitType.WaitUntilHealthy))
            .DistinctBy(static w => w.Container);

    private static List<DeployedContainer> Ordered(List<DeployedContainer> containers)
    {
        var ordered = new List<DeployedContainer>();
        foreach (var container in containers)
        {
            Add(container, []);
        }

        return ordered;

        void Add(DeployedContainer container, HashSet<string> waiting)
        {
            if (ordered.Contains(container) || !waiting.Add(container.Name))
            {
                return;
            }

            foreach (var before in container.Waits.Select(w => w.Container).Append(container.InNetworkOf))
            {
                if (containers.Find(c => c.Name == before) is { } other)
                {
                    Add(other, waiting);
                }
            }

            ordered.Add(container);
        }
    }
}
