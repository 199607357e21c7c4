namespace XoeNovAi.AppHost.Data;

/// <summary>What stands between services and PostgreSQL.</summary>
internal enum PoolMode
{
    /// <summary>Nothing: each service has its own pool only.</summary>
    None,

    /// <summary>PgBouncer, which gives all of them together fewer connections to the server.</summary>
    PgBouncer,
}
