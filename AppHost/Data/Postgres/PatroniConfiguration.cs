using XoeNovAi.AppHost.Certificates;

namespace XoeNovAi.AppHost.Data.Postgres;

/// <summary>What every member is told by a file; who it is, and what is secret, its environment says.</summary>
internal static class PatroniConfiguration
{
    /// <summary>The user that may do everything, as with a single server.</summary>
    public const string Superuser = "postgres";

    /// <summary>The user that members copy each other as.</summary>
    public const string Replicator = "replicator";

    /// <summary>Who may have Patroni do something.</summary>
    public const string ApiUser = "patroni";

    /// <summary>What the cluster's keys in Consul begin with, before its name.</summary>
    public const string KeyPrefix = "patroni";

    /// <summary>The shortest session that Consul is to take: Patroni's are half of the time to live, and Consul ends a session after twice its own.</summary>
    public const string ShortestSession = "2s";

    /// <summary>The folder of the file.</summary>
    public const string Folder = "/etc/patroni";

    /// <summary>The file.</summary>
    public const string File = "patroni.yml";

    /// <summary>
    /// The text. A primary that is lost is replaced when its session ends, eight seconds after it was last renewed; one that cannot reach
    /// Consul has given up by then: a turn and two times the retries fit into that. Two standing connections of Patroni and one of
    /// pg_rewind are beside the twenty of the contract; Patroni takes no limit below 25.
    /// </summary>
    public static string Text { get; } = $"""
        bootstrap:
          dcs:
            ttl: 8
            loop_wait: 2
            retry_timeout: 3
            synchronous_mode: true
            postgresql:
              use_pg_rewind: true
              remove_data_directory_on_rewind_failure: true
              parameters:
                max_connections: 25
          initdb:
            - encoding: UTF8
            - locale: C.UTF-8
            - auth-local: peer
            - auth-host: scram-sha-256
        postgresql:
          listen: 0.0.0.0:5432
          data_dir: {PostgresTuning.DataFolder}/pgdata
          use_unix_socket: true
          basebackup:
            - checkpoint: fast
          parameters:
            unix_socket_directories: /tmp
            {string.Join("\n    ", PostgresTuning.LostClients.Select(static s => $"{s.Name}: {s.Value}"))}
            ssl: 'on'
            ssl_cert_file: {TlsFiles.Certificate}
            ssl_key_file: {TlsFiles.Key}
          pg_hba:
            - local all all peer
            - hostssl replication {Replicator} all scram-sha-256
            - hostssl all all all scram-sha-256
          authentication:
            superuser: &verified
              username: {Superuser}
              sslmode: verify-full
              sslrootcert: {AuthorityFile.InContainer}
            replication:
              <<: *verified
              username: {Replicator}
        restapi:
          listen: 0.0.0.0:8008
          certfile: {TlsFiles.Certificate}
          keyfile: {TlsFiles.Key}
          authentication:
            username: {ApiUser}
        ctl:
          cacert: {AuthorityFile.InContainer}
        watchdog:
          mode: 'off'

        """;
}
