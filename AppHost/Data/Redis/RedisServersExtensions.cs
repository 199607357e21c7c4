using Microsoft.Extensions.Diagnostics.HealthChecks;
using XoeNovAi.AppHost.Certificates;
using XoeNovAi.AppHost.Configuration;
using XoeNovAi.AppHost.Networks;
using XoeNovAi.Hosting.Podman;
using XoeNovAi.Hosting.Podman.Images;
using XoeNovAi.Hosting.Podman.Networks;
using XoeNovAi.Hosting.Podman.Volumes;

namespace XoeNovAi.AppHost.Data.Redis;

/// <summary>Adds Redis as it outlives the loss of a server.</summary>
internal static class RedisServersExtensions
{
    private const int Servers = 2;
    private const int Sentinels = 3;
    private const int Port = 6379;
    private const int SentinelPort = 26379;
    private const int SentinelMegabytes = 64;
    private const double SentinelCpus = 0.1;
    private const string Folder = "/redis";

    // Encrypted and verified both ways; who may come in is told by the password.
    private static readonly string[] Tls =
        ["--port", "0", "--tls-port", "6379", "--tls-replication", "yes", "--tls-auth-clients", "no", "--tls-cert-file", TlsFiles.Certificate, "--tls-key-file", TlsFiles.Key, "--tls-ca-cert-file", AuthorityFile.InContainer];

    // A replica that comes is served at once, and one that is behind does not hold up the end.
    private static readonly string[] Replication = ["--repl-diskless-sync-delay", "0", "--shutdown-timeout", "1", "--replica-announce-port", "6379"];

    /// <summary>Two servers, <c>NAME-1</c> and <c>NAME-2</c>, and <c>sentinel-1</c> to <c>sentinel-3</c>, which have the second lead when the first is lost.</summary>
    /// <param name="builder">The stack.</param>
    /// <param name="name">Its name, and that of its connection string.</param>
    /// <param name="network">Where it is put into.</param>
    /// <param name="memoryMegabytes">What each server may use.</param>
    /// <param name="cpus">How many processors.</param>
    /// <exception cref="DistributedApplicationException">Services are to run as processes.</exception>
    public static IResourceBuilder<IResourceWithConnectionString> AddRedisServers(this IDistributedApplicationBuilder builder, string name, StackNetworks network, int memoryMegabytes, double cpus)
    {
        RefuseProcesses(network.Options);
        var password = ParameterResourceBuilderExtensions.CreateDefaultPasswordParameter(builder, $"{name}-password", special: false);
        var servers = Enumerable.Range(1, Servers).Select(i => builder.AddContainer($"{name}-{i}", "redis")).ToList();
        var sentinels = Enumerable.Range(1, Sentinels).Select(static i => $"sentinel-{i}").Select(n => builder.AddContainer(n, "redis")).ToList();
        var first = servers[0].Resource.Name;
        var names = string.Join(' ', sentinels.Select(static s => s.Resource.Name));
        var redis = new RedisServersResource(name, password, [.. servers.Select(static s => s.Resource)], [.. sentinels.Select(static s => s.Resource)]);
        builder.Services.AddSingleton(_ => new RedisRoleChecks(redis, network.Authority));
        var addresses = new RedisAddresses(network.Db.Resource, [.. servers.Concat(sentinels).Select(static m => m.Resource.Name)]);
        foreach (var server in servers)
        {
            server.AsMember(network, password, addresses, "redis-server.sh", Port)
                .WithArgs([server.Resource.Name, first, .. RedisTuning.Settings, .. Tls, .. Replication, "--replica-announce-ip", server.Resource.Name])
                .WithEnvironment("REDIS_SENTINELS", names)
                .WithLimits(memoryMegabytes, cpus)
                .WithCheck(checks => checks.OfServer(server.Resource.Name));
        }

        foreach (var sentinel in sentinels)
        {
            sentinel.AsMember(network, password, addresses, "redis-sentinel.sh", SentinelPort)
                .WithArgs(sentinel.Resource.Name, first)
                .WithLimits(SentinelMegabytes, SentinelCpus)
                .WithCheck(checks => checks.OfSentinel(sentinel.Resource.Name));
        }

        var added = builder.AddResource(redis)
            .WithInitialState(new() { ResourceType = "Redis", Properties = [], State = KnownResourceStates.NotStarted })
            .OnInitializeResource(RunAsync)
            .WithCheck(static checks => checks.OfAll);
        foreach (var member in servers.Concat(sentinels))
        {
            member.WithParentRelationship(redis);
            added.WaitFor(member);
        }

        return added;
    }

    private static IResourceBuilder<ContainerResource> AsMember(this IResourceBuilder<ContainerResource> member, StackNetworks network, ParameterResource password, RedisAddresses addresses, string script, int port)
    {
        using var certificate = network.Authority.Issue(member.Resource.Name);
        return member.WithSetupImage("redis", "7")
            .WithHardening(RedisTuning.Hardening)
            .OnNetwork(network.Db)
            .WithContainerRuntimeArgs(context => addresses.AddToAsync(member.Resource.Name, context))
            .WithEndpoint(targetPort: port, name: RedisServersResource.Endpoint)
            .WithRunVolume(RedisTuning.DataFolder)
            .WithContainerFiles("/", [TlsFiles.Trust(network.Authority)])
            .WithContainerFiles("/", [TlsFiles.Serve(certificate)])
            .WithContainerFiles(Folder, [new ContainerFile { Name = script, Contents = ReadScript(script) }])
            .WithEntrypoint("sh")
            .WithArgs($"{Folder}/{script}")
            .WithEnvironment("REDIS_SERVICE", RedisServersResource.Service)
            .WithEnvironment(context => context.EnvironmentVariables["REDIS_PASSWORD"] = password);
    }

    private static IResourceBuilder<T> WithCheck<T>(this IResourceBuilder<T> builder, Func<RedisRoleChecks, IHealthCheck> check)
        where T : IResource
    {
        var name = $"{builder.Resource.Name}_role_check";
        builder.ApplicationBuilder.Services.AddHealthChecks().Add(new(name, services => check(services.GetRequiredService<RedisRoleChecks>()), failureStatus: null, tags: null));
        return builder.WithHealthCheck(name);
    }

    // It runs when its members do, and what becomes of them later its check tells.
    private static async Task RunAsync(RedisServersResource redis, InitializeResourceEvent started, CancellationToken cancellationToken)
    {
        await started.Eventing.PublishAsync(new ConnectionStringAvailableEvent(redis, started.Services), cancellationToken).ConfigureAwait(false);
        await started.Eventing.PublishAsync(new BeforeResourceStartedEvent(redis, started.Services), cancellationToken).ConfigureAwait(false);
        await started.Notifications.PublishUpdateAsync(redis, static s => s with { State = KnownResourceStates.Running }).ConfigureAwait(false);
    }

    private static void RefuseProcesses(StackOptions options)
    {
        if (options.Run is RunMode.Process || options.Services.Values.Any(static s => s.Run is RunMode.Process))
        {
            throw new DistributedApplicationException("With '--Stack:Data=ha' services cannot run as processes: Sentinels name the server that leads by a name which only containers find. Leave out 'Run=process', or 'Data=ha'.");
        }
    }

    private static string ReadScript(string name)
    {
        using var script = typeof(RedisServersExtensions).Assembly.GetManifestResourceStream($"{typeof(RedisServersExtensions).Namespace}.{name}")!;
        using var reader = new StreamReader(script);
        return reader.ReadToEnd();
    }
}
