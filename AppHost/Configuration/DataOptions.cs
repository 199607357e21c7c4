namespace XoeNovAi.AppHost.Configuration;

/// <summary>How PostgreSQL and Redis are run: <c>Stack:Data</c> itself is the <see cref="Mode"/>.</summary>
internal sealed class DataOptions
{
    /// <summary>One server of each, or clusters. Single by default.</summary>
    public DataMode Mode { get; set; }

    /// <summary>What stands between services and PostgreSQL. Nothing by default.</summary>
    public PoolMode Pool { get; set; }

    /// <summary>The folder of backups; below the AppHost's when it is not a full path.</summary>
    public string Backups { get; set; } = "backups";

    /// <summary>The images this needs beyond the usual ones, as set-up calls them.</summary>
    internal IReadOnlyList<string> Images => [.. Mode is DataMode.Ha ? (string[])["patroni"] : [], .. Pool is PoolMode.PgBouncer ? (string[])["pgbouncer"] : []];
}

/// <summary>How PostgreSQL and Redis are run.</summary>
internal enum DataMode
{
    /// <summary>One server of each: light, and quick to start.</summary>
    Single,

    /// <summary>A cluster of each, that outlives the loss of its primary.</summary>
    Ha,
}

/// <summary>What stands between services and PostgreSQL.</summary>
internal enum PoolMode
{
    /// <summary>Nothing: each service has its own pool only.</summary>
    None,

    /// <summary>PgBouncer, which gives all of them together fewer connections to the server.</summary>
    PgBouncer,
}
