using XoeNovAi.AppHost.Certificates;

namespace XoeNovAi.AppHost.Data.Postgres;

/// <summary>PostgreSQL on several members, of which one takes writes: its connection string names all of them, and means that one.</summary>
internal sealed class PostgresClusterResource : Resource, IResourceWithConnectionString
{
    private readonly IReadOnlyList<EndpointReference> _members;
    private readonly AuthorityFile _authority;

    /// <param name="name">The resource's name.</param>
    /// <param name="members">Where its members take connections.</param>
    /// <param name="password">The superuser's password.</param>
    /// <param name="authority">Who vouches for the members.</param>
    public PostgresClusterResource(string name, IEnumerable<EndpointReference> members, ParameterResource password, AuthorityFile authority)
        : base(name)
    {
        (_members, _authority) = ([.. members], authority);
        ConnectionStringExpression = ConnectionStringOf(PatroniConfiguration.Superuser, password);
    }

    /// <inheritdoc />
    public ReferenceExpression ConnectionStringExpression { get; }

    /// <summary>The connection string of a user.</summary>
    public ReferenceExpression ConnectionStringOf(string user, ParameterResource password)
    {
        var text = new ReferenceExpressionBuilder();
        foreach (var (member, index) in _members.Select(static (m, i) => (m, i)))
        {
            text.AppendLiteral(index == 0 ? "Host=" : ",");
            text.Append($"{member.Property(EndpointProperty.HostAndPort)}");
        }

        // Who was not there a second ago may be there again, and a primary may be one no longer.
        text.Append($";Username={user};Password={password};Target Session Attributes=primary;Host Recheck Seconds=1;SSL Mode=VerifyFull;Root Certificate={_authority}");
        return text.Build();
    }
}

/// <summary>The database of the services on a cluster, as they reach it: as their role.</summary>
/// <param name="name">Its name, and that of the resource.</param>
/// <param name="parent">The cluster.</param>
/// <param name="password">The role's password.</param>
internal sealed class PostgresClusterDatabaseResource(string name, PostgresClusterResource parent, ParameterResource password) : Resource(name), IResourceWithParent<PostgresClusterResource>, IResourceWithConnectionString
{
    /// <inheritdoc />
    public PostgresClusterResource Parent { get; } = parent;

    /// <inheritdoc />
    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create($"{Parent.ConnectionStringOf(ServiceRole.Name, password)};Database={Name}");
}
