using XoeNovAi.AppHost.Certificates;

namespace XoeNovAi.AppHost.Data.Postgres;

/// <summary>PostgreSQL on several members, of which one takes writes: its connection string names all of them, and means that one.</summary>
internal sealed class PostgresClusterResource : Resource, IResourceWithConnectionString
{
    /// <param name="name">The resource's name.</param>
    /// <param name="members">Where its members take connections.</param>
    /// <param name="password">The password of the user that everybody connects as.</param>
    /// <param name="authority">Who vouches for the members.</param>
    public PostgresClusterResource(string name, IEnumerable<EndpointReference> members, ParameterResource password, AuthorityFile authority)
        : base(name)
    {
        var text = new ReferenceExpressionBuilder();
        foreach (var (member, index) in members.Select(static (m, i) => (m, i)))
        {
            text.AppendLiteral(index == 0 ? "Host=" : ",");
            text.Append($"{member.Property(EndpointProperty.HostAndPort)}");
        }

        // Who was not there a second ago may be there again, and a primary may be one no longer.
        text.Append($";Username={PatroniConfiguration.Superuser};Password={password};Target Session Attributes=primary;Host Recheck Seconds=1;SSL Mode=VerifyFull;Root Certificate={authority}");
        ConnectionStringExpression = text.Build();
    }

    /// <inheritdoc />
    public ReferenceExpression ConnectionStringExpression { get; }
}

/// <summary>A database on a cluster.</summary>
/// <param name="name">Its name, and that of the resource.</param>
/// <param name="parent">The cluster.</param>
internal sealed class PostgresClusterDatabaseResource(string name, PostgresClusterResource parent) : Resource(name), IResourceWithParent<PostgresClusterResource>, IResourceWithConnectionString
{
    /// <inheritdoc />
    public PostgresClusterResource Parent { get; } = parent;

    /// <inheritdoc />
    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create($"{Parent.ConnectionStringExpression};Database={Name}");
}
