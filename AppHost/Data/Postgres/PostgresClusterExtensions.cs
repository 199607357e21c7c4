using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using XoeNovAi.AppHost.Certificates;
using XoeNovAi.AppHost.Data.Backup;
using XoeNovAi.AppHost.Networks;
using XoeNovAi.Hosting.Consul;
using XoeNovAi.Hosting.Podman;
using XoeNovAi.Hosting.Podman.Images;
using XoeNovAi.Hosting.Podman.Networks;
using XoeNovAi.Hosting.Podman.Volumes;

namespace XoeNovAi.AppHost.Data.Postgres;

/// <summary>Adds PostgreSQL as a cluster: two members under Patroni, which has Consul say who leads.</summary>
internal static class PostgresClusterExtensions
{
    private const int Members = 2;
    private const string ServerEndpoint = "tcp";
    private const string ApiEndpoint = "api";
    private const int ServerPort = 5432;
    private const int ApiPort = 8008;

    /// <summary>A database on a cluster.</summary>
    /// <param name="builder">The stack.</param>
    /// <param name="name">The cluster; its members are called after it.</param>
    /// <param name="database">The database, and the name of its connection string.</param>
    /// <param name="network">Where it is put into.</param>
    /// <param name="limits">Limits each member.</param>
    public static IResourceBuilder<IResourceWithConnectionString> AddPostgresCluster(
        this IDistributedApplicationBuilder builder, string name, string database, StackNetworks network, Action<IResourceBuilder<ContainerResource>> limits)
    {
        // The name it has with a single server, so that it is given in the same way.
        var password = ParameterResourceBuilderExtensions.CreateDefaultPasswordParameter(builder, $"{name}-password");
        var replication = ParameterResourceBuilderExtensions.CreateDefaultPasswordParameter(builder, $"{name}-replication-password", special: false);
        var api = ParameterResourceBuilderExtensions.CreateDefaultPasswordParameter(builder, $"{name}-api-password", special: false);
        var token = network.Consul.TokenOfCluster(name);
        var ofServices = ServiceRole.PasswordOf(builder);
        var members = Enumerable.Range(1, Members).Select(i => builder.AddMember($"{name}-{i}", network)
            .WithEnvironment("PATRONI_SCOPE", name)
            .WithEnvironment("PATRONI_SUPERUSER_PASSWORD", password)
            .WithEnvironment("PATRONI_REPLICATION_PASSWORD", replication)
            .WithEnvironment("PATRONI_RESTAPI_PASSWORD", api)
            .WithEnvironment("PATRONI_CONSUL_TOKEN", token)).ToList();
        members.ForEach(limits);

        var cluster = new PostgresClusterResource(name, members.Select(static m => m.GetEndpoint(ServerEndpoint)), password, network.AuthorityFile);
        var clusterBuilder = builder.AddResource(cluster).WithInitialState(Initial("PostgreSQL cluster")).WithPostgresCheck().AnnouncedBy(members)
            .WithServiceRole(database, ofServices)
            .WithBackups(database, network.Options.Data, (services, cancellationToken) => PrimaryOfAsync(members, services, cancellationToken));
        foreach (var member in members)
        {
            member.WithParentRelationship(clusterBuilder);
        }

        return builder.AddResource(new PostgresClusterDatabaseResource(database, cluster, ofServices)).WithInitialState(Initial("PostgreSQL database")).WithPostgresCheck().AnnouncedBy([clusterBuilder]);
    }

    private static IResourceBuilder<ContainerResource> AddMember(this IDistributedApplicationBuilder builder, string name, StackNetworks network)
    {
        using var certificate = network.Authority.Issue(name);
        return builder.AddContainer(name, "patroni")
            .WithSetupImage("patroni", "3")
            .WithEndpoint(targetPort: ServerPort, scheme: "tcp", name: ServerEndpoint)
            .WithHttpsEndpoint(targetPort: ApiPort, name: ApiEndpoint)
            .WithRunVolume(PostgresTuning.DataFolder)
            .WithContainerFiles("/", [TlsFiles.ServeAs(certificate, PostgresTuning.User), TlsFiles.Trust(network.Authority)])
            .WithContainerFiles(PatroniConfiguration.Folder, [new ContainerFile { Name = PatroniConfiguration.File, Contents = PatroniConfiguration.Text }])
            .WithArgs($"{PatroniConfiguration.Folder}/{PatroniConfiguration.File}")
            .WithEnvironment("PATRONI_NAME", name)
            .WithEnvironment("PATRONI_NAMESPACE", PatroniConfiguration.KeyPrefix)
            .WithEnvironment("PATRONI_POSTGRESQL_CONNECT_ADDRESS", At(name, ServerPort))
            .WithEnvironment("PATRONI_RESTAPI_CONNECT_ADDRESS", At(name, ApiPort))
            .WithEnvironment("PATRONI_CONSUL_URL", network.Consul.Resource.ConnectionStringExpression)
            .WithEnvironment("PATRONI_CONSUL_CACERT", AuthorityFile.InContainer)
            .WithHardening(PostgresTuning.Hardening)
            .OnNetwork(network.Db)
            .WithRoleCheck(network.Authority)
            .WaitFor(network.Consul);
    }

    private static string At(string name, int port) => string.Create(CultureInfo.InvariantCulture, $"{name}:{port}");

    // Its keys, and sessions that hold some of them: whoever leads has one.
    private static ParameterResource TokenOfCluster(this IResourceBuilder<ConsulResource> consul, string name)
    {
        consul.WithTokenRule(name, $$"""key_prefix "{{PatroniConfiguration.KeyPrefix}}/{{name}}/" { policy = "write" }""")
            .WithTokenRule(name, """session_prefix "" { policy = "write" }""")
            .WithShortSessions();
        foreach (var server in consul.ApplicationBuilder.Resources.OfType<ConsulServerResource>().ToList())
        {
            consul.ApplicationBuilder.CreateResourceBuilder(server).WithShortSessions();
        }

        return consul.Resource.Tokens[name];
    }

    private static void WithShortSessions<T>(this IResourceBuilder<T> consul)
        where T : ContainerResource
        => consul.WithArgs("-hcl", $"session_ttl_min = \"{PatroniConfiguration.ShortestSession}\"");

    private static IResourceBuilder<ContainerResource> WithRoleCheck(this IResourceBuilder<ContainerResource> member, RunCertificateAuthority authority)
    {
        var check = RoleCheckOf(member);
        member.ApplicationBuilder.Services.AddHttpClient(check).RemoveAllLoggers().ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
        {
            UseProxy = false,
            SslOptions = new() { RemoteCertificateValidationCallback = (_, certificate, _, errors) => certificate is not null && authority.Vouches(certificate, errors) },
        });
        var api = member.GetEndpoint(ApiEndpoint);
        member.ApplicationBuilder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
            check, services => new PatroniRoleCheck(api, () => services.GetRequiredService<IHttpClientFactory>().CreateClient(check)), failureStatus: null, tags: null));
        return member.WithHealthCheck(check);
    }

    private static string RoleCheckOf(IResourceBuilder<ContainerResource> member) => $"{member.Resource.Name}_role_check";

    // Asked now: what the dashboard has may be half a minute old.
    private static async Task<string> PrimaryOfAsync(IEnumerable<IResourceBuilder<ContainerResource>> members, IServiceProvider services, CancellationToken cancellationToken)
    {
        var checks = services.GetRequiredService<HealthCheckService>();
        foreach (var member in members)
        {
            var report = await checks.CheckHealthAsync(r => r.Name == RoleCheckOf(member), cancellationToken).ConfigureAwait(false);
            if (report.Entries.Values.Any(static e => e.Description == PatroniRoleCheck.Primary))
            {
                return member.Resource.Name;
            }
        }

        throw new DistributedApplicationException("No member of the cluster takes writes now. Wait until one does, and repeat this.");
    }

    // It has no life of its own: it is there as soon as one of those it is made of is, and how it is from then on its check says.
    private static IResourceBuilder<T> AnnouncedBy<T>(this IResourceBuilder<T> builder, IEnumerable<IResourceBuilder<IResource>> members)
        where T : IResourceWithConnectionString
    {
        var named = builder.Resource;
        builder.OnInitializeResource(static (resource, initialize, cancellationToken) => initialize.Eventing.PublishAsync(new ConnectionStringAvailableEvent(resource, initialize.Services), cancellationToken));
        foreach (var member in members)
        {
            member.OnResourceReady((_, ready, _) => ready.Services.GetRequiredService<ResourceNotificationService>().PublishUpdateAsync(named, static s => s with { State = KnownResourceStates.Running }));
        }

        return builder;
    }

    private static CustomResourceSnapshot Initial(string type) => new() { ResourceType = type, Properties = [], State = KnownResourceStates.Waiting };
}
