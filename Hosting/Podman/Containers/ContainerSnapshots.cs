using System.Collections.Immutable;
using System.Globalization;
using XoeNovAi.Hosting.Podman.Images;
using XoeNovAi.Hosting.Podman.Model;

namespace XoeNovAi.Hosting.Podman.Containers;

/// <summary>Describes containers for the dashboard and the CLI, by the names that Aspire gives to what DCP runs.</summary>
internal static class ContainerSnapshots
{
    private const string Masked = "********";

    /// <summary>What is known before the container starts.</summary>
    public static CustomResourceSnapshot Initial(CustomResourceSnapshot snapshot, ContainerResource container, DateTime now)
        => snapshot with
        {
            ResourceType = "Container",
            CreationTimeStamp = snapshot.CreationTimeStamp ?? now,
            State = container.HasAnnotationOfType<ExplicitStartupAnnotation>() ? KnownResourceStates.NotStarted : KnownResourceStates.Starting,
            Properties = snapshot.Properties
                .With("container.image", container.Annotations.OfType<PodmanImageAnnotation>().Last().Name)
                .With("container.ports", container.Annotations.OfType<EndpointAnnotation>().Select(static e => e.TargetPort?.ToString(CultureInfo.InvariantCulture)).ToArray())
                .With("container.lifetime", PersistentOwner.Includes(container) ? "Persistent" : "Session"),
            Volumes = [.. container.Annotations.OfType<ContainerMountAnnotation>().Select(static m => new VolumeSnapshot(m.Source, m.Target, m.Type == ContainerMountType.BindMount ? "bind" : "volume", m.IsReadOnly))],
        };

    /// <summary>It is about to start, perhaps once more.</summary>
    public static CustomResourceSnapshot Starting(CustomResourceSnapshot snapshot)
        => snapshot with
        {
            State = KnownResourceStates.Starting,
            ExitCode = null,
            StartTimeStamp = null,
            StopTimeStamp = null,
        };

    /// <summary>What it is started with.</summary>
    public static CustomResourceSnapshot Configured(CustomResourceSnapshot snapshot, ContainerResource container, ContainerConfiguration configuration)
        => snapshot with
        {
            EnvironmentVariables =
            [
                .. configuration.Environment.Select(static e => new EnvironmentVariableSnapshot(e.Key, e.Value, IsFromSpec: true)),
                .. configuration.Secrets.Select(static e => new EnvironmentVariableSnapshot(e.Key, Masked, IsFromSpec: true)),
            ],
            Properties = snapshot.Properties
                .With("container.command", container.Entrypoint)
                .With("container.args", configuration.HasSecretArguments ? (string[])[Masked] : configuration.Arguments.ToArray(), configuration.HasSecretArguments),
        };

    /// <summary>It runs, and has answered.</summary>
    public static CustomResourceSnapshot Running(CustomResourceSnapshot snapshot, string id, DateTime started)
        => snapshot with
        {
            State = new(KnownResourceStates.Running, KnownResourceStateStyles.Success),
            StartTimeStamp = started,
            StopTimeStamp = null,
            ExitCode = null,
            Urls = Urls(snapshot, active: true),
            Properties = snapshot.Properties.With("container.id", id),
        };

    /// <summary>It has ended.</summary>
    public static CustomResourceSnapshot Ended(CustomResourceSnapshot snapshot, string id, int exitCode, DateTime? ended)
        => snapshot with
        {
            State = new(KnownResourceStates.Exited, exitCode == 0 ? null : KnownResourceStateStyles.Error),
            ExitCode = exitCode,
            StopTimeStamp = ended,
            Urls = Urls(snapshot, active: false),
            Properties = snapshot.Properties.With("container.id", id),
        };

    private static ImmutableArray<UrlSnapshot> Urls(CustomResourceSnapshot snapshot, bool active)
        => [.. snapshot.Urls.Select(u => u.Name is null ? u : u with { IsInactive = !active })];

    private static ImmutableArray<ResourcePropertySnapshot> With(this ImmutableArray<ResourcePropertySnapshot> properties, string name, object? value, bool isSensitive = false)
        => value is null ? properties : [.. properties.Where(p => p.Name != name), new(name, value) { IsSensitive = isSensitive }];
}
