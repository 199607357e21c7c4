using XoeNovAi.AppHost.Certificates;

namespace XoeNovAi.AppHost.Data.Postgres;

/// <summary>The database of the services on a server, as they reach it: as their role, by TLS, when the certificate is the run authority's and of the server's name.</summary>
internal sealed class ServiceDatabaseResource(string name, string database, PostgresServerResource parent, ParameterResource password, AuthorityFile authority)
    : Resource(name), IResourceWithParent<PostgresServerResource>, IResourceWithConnectionString
{
    /// <inheritdoc />
    public PostgresServerResource Parent { get; } = parent;

    /// <summary>The name the server knows it by.</summary>
    public string Database { get; } = database;

    /// <summary>The role's password.</summary>
    public ParameterResource Password { get; } = password;

    /// <inheritdoc />
    public ReferenceExpression ConnectionStringExpression
        => ReferenceExpression.Create($"Host={Parent.Host};Port={Parent.Port};Username={ServiceRole.Name};Password={Password};Database={Database};SSL Mode=VerifyFull;Root Certificate={authority}");

    // What Aspire's own database has, for images that take a connection string apart.
    IEnumerable<KeyValuePair<string, ReferenceExpression>> IResourceWithConnectionString.GetConnectionProperties() =>
    [
        new("Host", ReferenceExpression.Create($"{Parent.Host}")),
        new("Port", ReferenceExpression.Create($"{Parent.Port}")),
        new("Username", ReferenceExpression.Create($"{ServiceRole.Name}")),
        new("Password", ReferenceExpression.Create($"{Password}")),
        new("Uri", ReferenceExpression.Create($"postgresql://{ServiceRole.Name}:{Password:uri}@{Parent.Host}:{Parent.Port}/{Database}")),
        new("DatabaseName", ReferenceExpression.Create($"{Database}")),
    ];
}
