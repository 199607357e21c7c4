using XoeNovAi.AppHost.Certificates;
using XoeNovAi.AppHost.Data.Postgres;

namespace XoeNovAi.AppHost.Data.Pool;

/// <summary>A database, as it is reached through PgBouncer: by TLS, when the certificate is the run authority's and of PgBouncer's name.</summary>
internal sealed class PooledDatabaseResource(string name, ServiceDatabaseResource database, PgBouncerResource parent, AuthorityFile authority)
    : Resource(name), IResourceWithParent<PgBouncerResource>, IResourceWithConnectionString
{
    /// <inheritdoc />
    public PgBouncerResource Parent { get; } = parent;

    // Each transaction may get another connection to the server: what a session keeps, prepared statements and settings, would be another's.
    /// <inheritdoc />
    public ReferenceExpression ConnectionStringExpression
        => ReferenceExpression.Create($"Host={Parent.Endpoint.Property(EndpointProperty.Host)};Port={Parent.Endpoint.Property(EndpointProperty.Port)};Username={ServiceRole.Name};Password={database.Password};Database={database.Database};SSL Mode=VerifyFull;Root Certificate={authority};No Reset On Close=true;Max Auto Prepare=0");
}
