using XoeNovAi.AppHost.Certificates;
using XoeNovAi.Hosting.Podman;
using XoeNovAi.Hosting.Podman.Hardening;
using XoeNovAi.Hosting.Podman.Volumes;
using XoeNovAi.Hosting.Publishing;

namespace XoeNovAi.AppHost.Data.Postgres;

/// <summary>What the contract says of PostgreSQL: TLS only, a password from everywhere but the container itself, and limits.</summary>
internal static class PostgresTuning
{
    /// <summary>The user the server runs as.</summary>
    public const int User = 999;

    /// <summary>Where a server keeps its data.</summary>
    public const string DataFolder = "/var/lib/postgresql/data";

    private const string Folder = "/etc/postgresql";
    private const string AccessFile = "pg_hba.conf";

    // In the container only the server's own user gets in without a password, as the system vouches for it.
    private const string Access = """
        local all all peer
        hostssl all all all scram-sha-256

        """;

    /// <summary>
    /// How soon a server notices that a client has gone without a word, by a cut or reset path: within 11 s. The system's own two hours would
    /// keep such connections until none of the few there may be is left.
    /// </summary>
    public static IReadOnlyList<(string Name, string Value)> LostClients { get; } =
        [("tcp_keepalives_idle", "5"), ("tcp_keepalives_interval", "2"), ("tcp_keepalives_count", "3"), ("tcp_user_timeout", "10s")];

    /// <summary>What every server runs as.</summary>
    public static ContainerHardening Hardening { get; } = new() { User = $"{User}:{User}" };

    public static IResourceBuilder<PostgresServerResource> WithStackTuning(this IResourceBuilder<PostgresServerResource> builder, RunCertificateAuthority authority, AuthorityFile authorityFile)
    {
        builder
            .WithArgs("-c", "max_connections=20")
            .WithArgs([.. LostClients.SelectMany(static s => new[] { "-c", $"{s.Name}={s.Value}" })])
            .WithHardening(Hardening)

            // Arguments of initdb would forbid the image's prepared cluster; scram is its default anyway.
            .WithEnvironment("POSTGRES_INITDB_ARGS", string.Empty)
            .WithRunVolume(DataFolder)
            .WithHealthCommand("pg_isready", "-q", "-h", "127.0.0.1");
        if (builder.ApplicationBuilder.ExecutionContext.IsPublishMode)
        {
            return builder;
        }

        var server = builder.Resource;
        using var certificate = authority.Issue(server.Name);
        return builder
            // Below /run it would depend on the container's runtime whether the server may write there.
            .WithArgs("-c", "unix_socket_directories=/tmp")
            .WithArgs("-c", "ssl=on", "-c", $"ssl_cert_file={TlsFiles.Certificate}", "-c", $"ssl_key_file={TlsFiles.Key}", "-c", $"hba_file={Folder}/{AccessFile}")

            // The pools of the services, which are no superusers, may have all of the twenty together.
            .WithArgs("-c", "superuser_reserved_connections=0")
            .WithContainerFiles("/", [TlsFiles.ServeAs(certificate, User)])
            .WithContainerFiles(Folder, [new ContainerFile { Name = AccessFile, Contents = Access }])
            .WithConnectionStringRedirection(new VerifiedPostgres(server, authorityFile));
    }

    /// <summary>The server by TLS, when its certificate is the run authority's and of its name.</summary>
    private sealed class VerifiedPostgres(PostgresServerResource server, AuthorityFile authority) : Resource($"{server.Name}-verified"), IResourceWithConnectionString
    {
        public ReferenceExpression ConnectionStringExpression
            => ReferenceExpression.Create($"Host={server.Host};Port={server.Port};Username={server.UserNameReference};Password={server.PasswordParameter};SSL Mode=VerifyFull;Root Certificate={authority}");
    }
}
