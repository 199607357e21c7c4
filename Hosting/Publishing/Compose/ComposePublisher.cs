using System.Globalization;
using XoeNovAi.Hosting.Podman.Hardening;
using XoeNovAi.Hosting.Publishing.Description;
using XoeNovAi.Hosting.Publishing.Output;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace XoeNovAi.Hosting.Publishing.Compose;

/// <summary>A compose file.</summary>
internal sealed class ComposePublisher : IEnginePublisher
{
    private const string SecretsFolder = "./secrets";
    private const string FilesFolder = "./files";

    // Who reads it may be of YAML's older kind, to which "yes" is a switch.
    private readonly ISerializer _serializer = new SerializerBuilder()
        .WithNamingConvention(UnderscoredNamingConvention.Instance)
        .ConfigureDefaultValuesHandling(DefaultValuesHandling.OmitNull)
        .WithQuotingNecessaryStrings(quoteYaml1_1Strings: true)
        .DisableAliases()
        .Build();

    /// <inheritdoc />
    public string Name => "compose";

    /// <inheritdoc />
    public string Title => "a compose file";

    /// <inheritdoc />
    public EngineGuide Guide => new(
        ["`docker compose up --detach --wait` or `podman-compose up --detach` in this folder, once the secrets are there."],
        static entry => $"the file `{SecretFileOf(entry.Container, entry.Key ?? entry.FileKey!)}`, and so on for each; where a container reads its secrets from its environment, give `NAME` of each `${{NAME}}` in yours instead",
        [
            "User namespaces are the engine's to set for all containers (`userns-remap`), not the file's.",
            "On Podman, rules of nftables that hold what it leaves open between internal networks are not there: see the README of Hosting/Podman.",
        ]);

    /// <inheritdoc />
    public IEnumerable<OutputFile> Translate(DeployedModel model, string application)
    {
        if (model.Networks.FirstOrDefault(static n => !n.HasNames) is { } nameless)
        {
            throw new PublishingException($"The network '{nameless.Name}' has no names, and every network of a compose file has; leave WithoutNames out, or publish for another engine.");
        }

        var fromFiles = model.Containers.SelectMany(static c => (c.SecretFolder is null ? [] : c.Secrets.Select(s => s.Key)).Concat(c.Files.Where(static f => f.Content is null).Select(static f => f.Key)).Select(k => (Container: c.Name, Key: k))).ToList();
        var configs = model.Containers.SelectMany(static c => c.Files.Where(static f => f.Content is not null).Select(f => (Container: c, File: f))).ToList();
        var file = new ComposeFile
        {
            Name = application,
            Services = model.Containers.ToDictionary(static c => c.Name, c => ServiceOf(model, c)),
            Networks = model.Networks.ToDictionary(static n => n.Name, static n => new ComposeNetwork(n.IsInternal ? true : null, new([new(n.Subnet)]))),
            Volumes = NullIfEmpty(model.Containers.SelectMany(static c => c.Volumes).Where(static v => v.HostPath is null).Select(static v => v.Name).Distinct(StringComparer.Ordinal).ToDictionary(static v => v, static _ => new ComposeVolume())),
            Secrets = NullIfEmpty(fromFiles.ToDictionary(static s => $"{s.Container}-{s.Key}", static s => new ComposeSource(SecretFileOf(s.Container, s.Key)))),
            Configs = NullIfEmpty(configs.ToDictionary(static c => $"{c.Container.Name}-{c.File.Key}", static c => new ComposeSource($"{FilesFolder}/{c.Container.Name}/{c.File.Key}"))),
        };
        yield return new("compose.yaml", _serializer.Serialize(file));
        foreach (var (container, config) in configs)
        {
            yield return OutputFile.Of($"{FilesFolder[2..]}/{container.Name}/{config.Key}", config.Content!);
        }
    }

    private static string SecretFileOf(string container, string key) => $"{SecretsFolder}/{container}/{key}";

    private static ComposeService ServiceOf(DeployedModel model, DeployedContainer container)
    {
        var outside = container.Endpoints.Where(static e => e.IsExternal).ToList();
        if (container.Replicas > 1 && outside.Exists(static e => e.PublishedPort is not null))
        {
            throw new PublishingException($"'{container.Name}' is to run {container.Replicas} times and to have one port of the machine, which only one of them can; leave the port out.");
        }

        return new()
        {
            Image = container.Image,
            Entrypoint = container.Entrypoint is { } entrypoint ? [Literal(entrypoint)] : null,
            Command = NullIfEmpty(container.Arguments.Select(a => Text(model, a)).ToList()),
            Environment = container.Environment.Count == 0 ? null : container.Environment.ToDictionary(
                e => e.Value.IsSecret && container.SecretFolder is not null ? $"{e.Key}_FILE" : e.Key,
                e => e.Value.IsSecret && container.SecretFolder is { } folder ? $"{folder}/{e.Key}" : Text(model, e.Value)),
            Networks = container.InNetworkOf is null ? container.Networks.ToDictionary(static n => n.Network, static n => new ComposeMembership(NullIfEmpty(n.Aliases))) : null,
            NetworkMode = container.InNetworkOf is { } owner ? $"service:{owner}" : null,
            Ports = NullIfEmpty(outside.Select(static e => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{e.PublishedPort ?? e.Port}:{e.Port}/{e.Protocol.ToLowerInvariant()}")).ToList()),
            Volumes = NullIfEmpty(container.Volumes.Select(static v => new ComposeMount(v.HostPath is null ? "volume" : "bind", v.HostPath ?? v.Name, v.Target, v.IsReadOnly ? true : null)).ToList()),
            Tmpfs = NullIfEmpty(container.TemporaryFolders.Select(static f => f.Options is { } options ? $"{f.Path}:{options}" : f.Path).ToList()),
            Secrets = NullIfEmpty((container.SecretFolder is { } secrets ? container.Secrets.Select(s => new ComposeUse($"{container.Name}-{s.Key}", $"{secrets}/{s.Key}")) : [])
                .Concat(container.Files.Where(static f => f.Content is null).Select(f => new ComposeUse($"{container.Name}-{f.Key}", f.Path))).ToList()),
            Configs = NullIfEmpty(container.Files.Where(static f => f.Content is not null).Select(f => new ComposeUse($"{container.Name}-{f.Key}", f.Path)).ToList()),
            ReadOnly = container.Hardening.ReadOnlyRoot,
            User = container.Hardening.User,
            CapAdd = NullIfEmpty(container.Hardening.Capabilities),
            MemLimit = container.MemoryMegabytes is { } memory ? string.Create(CultureInfo.InvariantCulture, $"{memory}m") : null,
            Cpus = container.Cpus,
            PidsLimit = ContainerLimits.MostProcesses,
            Deploy = container.Replicas > 1 ? new(container.Replicas) : null,
            Healthcheck = HealthOf(container),
            DependsOn = NullIfEmpty(container.Waits.Where(w => model.Containers.Any(c => c.Name == w.Container)).ToDictionary(static w => w.Container, w => new ComposeDependency(ConditionOf(model, w)))),
        };
    }

    private static ComposeHealth? HealthOf(DeployedContainer container)
        => container.HealthCommand is { } command ? new([.. command.Prepend("CMD").Select(Literal)])
            : container.Probe is null ? null
            : throw new PublishingException($"'{container.Name}' is asked for its health over its network, which compose does not do; name a command in its image with WithHealthCommand.");

    // Of what has no health nobody can wait for it.
    private static string ConditionOf(DeployedModel model, DeployedWait wait)
        => wait.UntilHealthy && model.Containers.First(c => c.Name == wait.Container).HealthCommand is not null ? "service_healthy" : "service_started";

    private static string Text(DeployedModel model, Value value)
        => string.Concat(value.Parts.Select(p => p is SecretPart secret ? $"${{{secret.Variable}:?}}" : Literal(new Value([p]).Template(model.SubnetOf))));

    // A dollar sign begins what compose fills in.
    private static string Literal(string text) => text.Replace("$", "$$", StringComparison.Ordinal);

    private static IReadOnlyList<T>? NullIfEmpty<T>(IReadOnlyList<T> list) => list.Count == 0 ? null : list;

    private static IReadOnlyDictionary<string, T>? NullIfEmpty<T>(Dictionary<string, T> map) => map.Count == 0 ? null : map;
}
