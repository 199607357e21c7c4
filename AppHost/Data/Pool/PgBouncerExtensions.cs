using XoeNovAi.AppHost.Certificates;
using XoeNovAi.AppHost.Data.Postgres;
using XoeNovAi.AppHost.Networks;
using XoeNovAi.Hosting.Podman;
using XoeNovAi.Hosting.Podman.Images;
using XoeNovAi.Hosting.Podman.Networks;

namespace XoeNovAi.AppHost.Data.Pool;

/// <summary>Puts PgBouncer in front of PostgreSQL.</summary>
internal static class PgBouncerExtensions
{
    private const string Name = "pgbouncer";
    private const int User = 999;
    private const int Port = 6432;
    private const string Folder = "/etc/pgbouncer";
    private const string SettingsFile = "pgbouncer.ini";
    private const string UsersVariable = "PGBOUNCER_USERS";

    /// <summary>The database as services reach it through PgBouncer.</summary>
    /// <param name="database">The database.</param>
    /// <param name="name">The name of its connection string.</param>
    /// <param name="network">Where PgBouncer is put into.</param>
    public static IResourceBuilder<IResourceWithConnectionString> AddPgBouncer(this IResourceBuilder<ServiceDatabaseResource> database, string name, StackNetworks network)
    {
        var builder = database.ApplicationBuilder;
        using var certificate = network.Authority.Issue(Name);
        var container = builder.AddResource(new PgBouncerResource(Name))
            .WithSetupImage(Name, "1")
            .WithIconName("ArrowJoin")
            .WithEndpoint(targetPort: Port, name: PgBouncerResource.EndpointName)
            .WithEnvironment(context => context.EnvironmentVariables[UsersVariable] = new PgBouncerUsers(database.Resource.Password))
            .WithContainerFiles("/", [TlsFiles.Serve(certificate)])
            .WithContainerFiles("/", [TlsFiles.Trust(network.Authority)])
            .WithContainerFiles(Folder, [new ContainerFile { Name = SettingsFile, Contents = Settings(database.Resource) }])
            .WithHardening(new() { User = $"{User}:{User}" })
            .WithLimits(memoryMegabytes: 64, cpus: 0.5)
            .OnNetwork(network.Db)
            .WaitFor(database);

        var pooled = new PooledDatabaseResource(name, database.Resource, container.Resource, network.AuthorityFile);
        const string check = $"{Name}_check";
        string? connectionString = null;
        builder.Eventing.Subscribe<ConnectionStringAvailableEvent>(pooled, async (_, cancellationToken) => connectionString = await pooled.ConnectionStringExpression.GetValueAsync(cancellationToken));
        builder.Services.AddHealthChecks().AddNpgSql(_ => connectionString ?? throw new InvalidOperationException($"The connection string of '{name}' is not known yet."), name: check);
        container.WithHealthCheck(check);
        return builder.AddResource(pooled).WithIconName("Database");
    }

    // Half of the server's 20 connections: health checks, backups and whoever looks at it need some too. A client waits for one as long as its own
    // command may take. A server that is away is looked for every second, so that its restart is over when it is. Of clients no certificate is
    // asked, but without an authority for them PgBouncer looks for the system's, which its image has none of.
    private static string Settings(ServiceDatabaseResource database) => $"""
        [databases]
        {database.Database} = host={database.Parent.Name} port={database.Parent.PrimaryEndpoint.TargetPort} dbname={database.Database}

        [pgbouncer]
        listen_addr = *
        listen_port = {Port}
        unix_socket_dir =
        auth_type = scram-sha-256
        auth_file = /run/secrets/{UsersVariable}

        client_tls_sslmode = require
        client_tls_cert_file = {TlsFiles.Certificate}
        client_tls_key_file = {TlsFiles.Key}
        client_tls_ca_file = {AuthorityFile.InContainer}
        client_tls_protocols = secure
        server_tls_sslmode = verify-full
        server_tls_ca_file = {AuthorityFile.InContainer}
        server_tls_protocols = secure

        pool_mode = transaction
        default_pool_size = 10
        max_db_connections = 10
        max_client_conn = 100
        query_wait_timeout = 5
        server_connect_timeout = 5
        server_login_retry = 1
        server_lifetime = 3600
        tcp_keepidle = 10
        tcp_keepintvl = 5
        tcp_keepcnt = 3

        log_connections = 0
        log_disconnections = 0

        """;
}
