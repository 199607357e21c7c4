using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dcp.Client;

namespace Aspire.Hosting.Dcp;

/// <summary>Says in DCP's words how a container runs.</summary>
internal sealed class ContainerSpecFactory(DcpHost host, IServiceProvider services, DistributedApplicationExecutionContext executionContext)
{
    /// <summary>The label every container of a run has.</summary>
    public const string RunLabel = "io.xoe-novai.run";

    private readonly PublishedPorts _ports = new();

    public async Task<DcpContainer> CreateAsync(ResourceInstance instance, ResourceConfiguration configuration, CancellationToken cancellationToken)
    {
        var resource = (ContainerResource)instance.Resource;
        var endpoints = resource.Annotations.OfType<EndpointAnnotation>().ToList();
        var envFile = configuration.Secrets.Count > 0
            ? await host.Folder.WriteSecretsAsync(instance.Id, configuration.Secrets, cancellationToken).ConfigureAwait(false)
            : null;
        return new()
        {
            Metadata = new()
            {
                Name = instance.DcpName,
                Annotations = new Dictionary<string, string>([DcpObject.ServedBy([.. endpoints.Select(e => new DcpServiceProducer { ServiceName = EndpointAllocator.ServiceNameOf(resource, e), Port = e.TargetPort })])]),
            },
            Spec = new()
            {
                Image = resource.TryGetContainerImageName(out var image) ? image : throw new DistributedApplicationException($"Container '{resource.Name}' has no image. Give it one with WithImage."),
                ContainerName = resource.TryGetLastAnnotation<ContainerNameAnnotation>(out var name) ? name.Name : $"{instance.DcpName}-{host.RunId}",
                Command = resource.Entrypoint,
                Args = configuration.Arguments,
                Env = [.. configuration.Environment.Select(static e => new DcpEnvVar { Name = e.Key, Value = e.Value })],
                EnvFiles = envFile is null ? null : [envFile],
                Ports = [.. endpoints.Select(e => new DcpContainerPort { ContainerPort = e.TargetPort!.Value, HostPort = e.IsProxied ? _ports.Next() : e.Port, HostIP = "127.0.0.1", Protocol = e.Protocol == System.Net.Sockets.ProtocolType.Udp ? "UDP" : "TCP" })],
                Networks = ContainerNetworks.ConnectionsOf(resource),
                VolumeMounts = [.. resource.Annotations.OfType<ContainerMountAnnotation>().Select(m => MountOf(resource, m))],
                RunArgs = await RuntimeArgumentsAsync(resource, cancellationToken).ConfigureAwait(false),
                Labels = [new() { Key = RunLabel, Value = host.RunId }, new() { Key = "io.xoe-novai.resource", Value = resource.Name }],
                PullPolicy = PullPolicyOf(resource),
                CreateFiles = await FilesAsync(resource, cancellationToken).ConfigureAwait(false),
            },
        };
    }

    private static DcpVolumeMount MountOf(IResource resource, ContainerMountAnnotation mount)
        => new()
        {
            Type = mount.Type == ContainerMountType.BindMount ? "bind" : "volume",
            Source = mount.Source ?? throw new DistributedApplicationException($"The volume at '{mount.Target}' of '{resource.Name}' has no name. Name it, or leave it to the image."),
            Target = mount.Target,
            ReadOnly = mount.IsReadOnly,
        };

    private static string? PullPolicyOf(IResource resource)
        => (resource.TryGetLastAnnotation<ContainerImagePullPolicyAnnotation>(out var policy) ? policy.ImagePullPolicy : ImagePullPolicy.Default) switch
        {
            ImagePullPolicy.Always => DcpPullPolicy.Always,
            ImagePullPolicy.Missing => DcpPullPolicy.Missing,
            ImagePullPolicy.Never => DcpPullPolicy.Never,
            _ => null,
        };

    private static DcpFileEntry EntryOf(ContainerFileSystemItem item)
        => item switch
        {
            ContainerDirectory folder => new() { Name = item.Name, Type = "directory", Owner = item.Owner, Group = item.Group, Mode = ModeOf(item), Entries = [.. folder.Entries.Select(EntryOf)] },
            ContainerFileBase file => new() { Name = item.Name, Type = "file", Owner = item.Owner, Group = item.Group, Mode = ModeOf(item), Contents = file.Contents, Source = file.SourcePath, ContinueOnError = file.ContinueOnError },
            _ => throw new InvalidOperationException($"'{item.GetType()}' cannot be put into a container."),
        };

    private static int? ModeOf(ContainerFileSystemItem item) => item.Mode == UnixFileMode.None ? null : (int)item.Mode;

    private async Task<IReadOnlyList<DcpCreateFiles>?> FilesAsync(IResource resource, CancellationToken cancellationToken)
    {
        var files = new List<DcpCreateFiles>();
        foreach (var annotation in resource.Annotations.OfType<ContainerFileSystemCallbackAnnotation>().ToList())
        {
            var entries = await annotation.Callback(new() { Model = resource, ServiceProvider = services }, cancellationToken).ConfigureAwait(false);
            var made = entries.Select(EntryOf).ToList();
            if (made.Count > 0)
            {
                files.Add(new() { Destination = annotation.DestinationPath, DefaultOwner = annotation.DefaultOwner, DefaultGroup = annotation.DefaultGroup, Umask = annotation.Umask is { } umask ? (int)umask : null, Entries = made });
            }
        }

        return files.Count == 0 ? null : files;
    }

    private async Task<IReadOnlyList<string>> RuntimeArgumentsAsync(IResource resource, CancellationToken cancellationToken)
    {
        var context = new ContainerRuntimeArgsCallbackContext([], cancellationToken);
        foreach (var callback in resource.Annotations.OfType<ContainerRuntimeArgsCallbackAnnotation>().ToList())
        {
            await callback.Callback(context).ConfigureAwait(false);
        }

        var place = new ValueProviderContext { Caller = resource, ExecutionContext = executionContext };
        return [.. ContainerNetworks.ArgumentsOf(resource), .. await ResourceConfiguration.ResolveAllAsync(context.Args, place, cancellationToken).ConfigureAwait(false)];
    }
}
