using System.Globalization;
using XoeNovAi.Hosting.Podman.Hardening;
using XoeNovAi.Hosting.Publishing.Description;
using XoeNovAi.Hosting.Publishing.Output;

namespace XoeNovAi.Hosting.Publishing.Quadlet;

/// <summary>Units for Podman's generator, Quadlet, so that systemd runs the containers.</summary>
internal sealed class QuadletPublisher : IEnginePublisher
{
    private const string Container = "Container";
    private const string Unit = "Unit";
    private const string FilesFolder = "files";

    /// <inheritdoc />
    public string Name => "quadlet";

    /// <inheritdoc />
    public string Title => "Quadlet units";

    /// <inheritdoc />
    public EngineGuide Guide => new(
        ["Copy this folder's content to `~/.config/containers/systemd/`, then `systemctl --user daemon-reload`; units start with the user's session, or `systemctl --user start NAME.service`. `loginctl enable-linger` keeps them when it ends."],
        static entry => $"`podman secret create {SecretOf("APPLICATION", entry.Container, entry.Key ?? entry.FileKey!)} FILE`, and so on for each",
        [
            "Podman 5.0 or later: `Notify=healthy` has systemd wait until a container is healthy.",
            "Networks keep their subnets; change `Subnet=` where one is taken.",
            "Rules of nftables that hold what Podman leaves open between networks are not there: see the README of Hosting/Podman.",
        ]);

    /// <inheritdoc />
    public IEnumerable<OutputFile> Translate(DeployedModel model, string application)
    {
        foreach (var network in model.Networks)
        {
            var unit = new UnitFile()
                .Add("Network", "NetworkName", $"{application}-{network.Name}")
                .Add("Network", "Subnet", network.Subnet)
                .Add("Network", "Options", "isolate=true")
                .AddAll("Network", "Internal", network.IsInternal ? ["true"] : [])
                .AddAll("Network", "DisableDNS", network.HasNames ? [] : ["true"]);
            yield return new($"{application}-{network.Name}.network", unit.ToString());
        }

        foreach (var volume in model.Containers.SelectMany(static c => c.Volumes).Where(static v => v.HostPath is null).Select(static v => v.Name).Distinct(StringComparer.Ordinal))
        {
            yield return new($"{application}-{volume}.volume", new UnitFile().Add("Volume", "VolumeName", $"{application}-{volume}").ToString());
        }

        foreach (var container in model.Containers)
        {
            yield return new($"{application}-{container.Name}.container", UnitOf(model, container, application).ToString());
            foreach (var file in container.Files.Where(static f => f.Content is not null))
            {
                yield return OutputFile.Of(PlaceOf(container, file), file.Content!);
            }
        }
    }

    /// <summary>The name of a secret.</summary>
    public static string SecretOf(string application, string container, string key) => $"{application}.{container}.{key}";

    private static string PlaceOf(DeployedContainer container, DeployedFile file) => $"{FilesFolder}/{container.Name}/{file.Key}";

    private static UnitFile UnitOf(DeployedModel model, DeployedContainer container, string application)
    {
        if (container.Replicas > 1)
        {
            throw new PublishingException($"'{container.Name}' is to run {container.Replicas} times, and a Quadlet unit is one container; add each instance as a container of its own.");
        }

        var needed = container.Waits.Select(w => w.Container).Append(container.InNetworkOf).OfType<string>().Distinct(StringComparer.Ordinal).Select(n => $"{application}-{n}.service").ToList();
        var unit = new UnitFile()
            .Add(Unit, "Description", $"{container.Name} of {application}")
            .AddAll(Unit, "Wants", needed)
            .AddAll(Unit, "After", needed)
            .Add(Container, "ContainerName", $"{application}-{container.Name}")
            .Add(Container, "Image", container.Image)
            .AddAll(Container, "Entrypoint", container.Entrypoint is { } entrypoint ? [entrypoint] : [])
            .AddAll(Container, "Exec", container.Arguments.Count == 0 ? [] : [string.Join(' ', container.Arguments.Select(a => UnitFile.QuotedArgument(a.Template(model.SubnetOf))))])
            .AddAll(Container, "Environment", container.Environment.SelectMany(e => EnvironmentOf(model, container, e)).Select(UnitFile.Quoted))
            .AddAll(Container, "Secret", SecretsOf(container, application));
        AddPlaces(unit, container, application);
        AddHardening(unit, container, application);
        AddHealth(unit, model, container);
        return unit
            .Add("Service", "Restart", "always")
            .Add("Service", "TimeoutStartSec", "120")
            .Add("Install", "WantedBy", "default.target");
    }

    private static IEnumerable<string> EnvironmentOf(DeployedModel model, DeployedContainer container, KeyValuePair<string, Value> variable)
        => !variable.Value.IsSecret
            ? [$"{variable.Key}={variable.Value.Template(model.SubnetOf)}"]
            : container.SecretFolder is { } folder ? [$"{variable.Key}_FILE={folder}/{variable.Key}"] : [];

    private static IEnumerable<string> SecretsOf(DeployedContainer container, string application)
        => container.Secrets.Select(s => $"{SecretOf(application, container.Name, s.Key)},{(container.SecretFolder is { } folder ? $"type=mount,target={folder}/{s.Key},mode=0444" : $"type=env,target={s.Key}")}")
            .Concat(container.Files.Where(static f => f.Content is null).Select(f => $"{SecretOf(application, container.Name, f.Key)},type=mount,target={f.Path},mode=0444"));

    private static void AddPlaces(UnitFile unit, DeployedContainer container, string application)
        => unit
            .AddAll(Container, "Network", container.InNetworkOf is { } owner
                ? [$"{application}-{owner}.container"]
                : container.Networks.Select(n => $"{application}-{n.Network}.network:{string.Join(',', n.Aliases.Prepend(container.Name).Select(static a => $"alias={a}"))}"))
            .AddAll(Container, "PublishPort", container.Endpoints.Where(static e => e.IsExternal).Select(static e => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{e.PublishedPort ?? e.Port}:{e.Port}{(e.IsUdp ? "/udp" : string.Empty)}")))
            .AddAll(Container, "Volume", container.Volumes.Select(v => v.HostPath is { } path
                ? $"{path}:{v.Target}{(v.IsReadOnly ? ":ro" : string.Empty)}"

                // Each container has a user namespace of its own, in which the files get the ids of its user.
                : $"{application}-{v.Name}.volume:{v.Target}:U{(v.IsReadOnly ? ",ro" : string.Empty)}"))
            .AddAll(Container, "Volume", container.Files.Where(static f => f.Content is not null).Select(f => $"./{PlaceOf(container, f)}:{f.Path}:ro"))
            .AddAll(Container, "Tmpfs", container.TemporaryFolders.Select(static f => f.Options is { } options ? $"{f.Path}:{options}" : f.Path));

    private static void AddHardening(UnitFile unit, DeployedContainer container, string application)
    {
        var hardening = container.Hardening;
        unit
            .AddAll(Container, "ReadOnly", hardening.ReadOnlyRoot ? ["true"] : [])
            .Add(Container, "NoNewPrivileges", "true")
            .Add(Container, "DropCapability", "all")
            .AddAll(Container, "AddCapability", hardening.Capabilities)
            .Add(Container, "UserNS", container.InNetworkOf is { } owner ? $"container:{application}-{owner}" : string.Create(CultureInfo.InvariantCulture, $"auto:size={hardening.UserNamespaceSize}"))
            .Add(Container, "PidsLimit", ContainerLimits.MostProcesses.ToString(CultureInfo.InvariantCulture));
        if (hardening.User?.Split(':', 2) is { } user)
        {
            unit.Add(Container, "User", user[0]).AddAll(Container, "Group", user.Skip(1));
        }

        if (container.MemoryMegabytes is { } memory)
        {
            unit.Add(Container, "PodmanArgs", string.Create(CultureInfo.InvariantCulture, $"--memory={memory}m"));
        }

        if (container.Cpus is { } cpus)
        {
            unit.Add(Container, "PodmanArgs", string.Create(CultureInfo.InvariantCulture, $"--cpus={cpus}"));
        }
    }

    private static void AddHealth(UnitFile unit, DeployedModel model, DeployedContainer container)
    {
        if (container.HealthCommand is { } command)
        {
            unit.Add(Container, "HealthCmd", string.Join(' ', command.Select(UnitFile.QuotedArgument)))
                .Add(Container, "HealthInterval", "10s")
                .Add(Container, "HealthTimeout", "5s")
                .Add(Container, "HealthRetries", "3")
                .Add(Container, "HealthStartPeriod", "5s")
                .AddAll(Container, "Notify", model.Containers.Any(c => c.Waits.Any(w => w.UntilHealthy && w.Container == container.Name)) ? ["healthy"] : []);
        }
        else if (container.Probe is not null)
        {
            throw new PublishingException($"'{container.Name}' is asked for its health over its network, which Podman does not do; name a command in its image with WithHealthCommand.");
        }
    }
}
