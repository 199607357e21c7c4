using Npgsql;

namespace Aspire.Hosting.Postgres;

/// <summary>Makes Npgsql's data sources for what the hosting itself asks: a connection each time, and none of the type mappings nobody needs here.</summary>
internal static class PostgresDataSource
{
    public static NpgsqlDataSource Create(string? connectionString, Action<NpgsqlConnectionStringBuilder> refine)
    {
        var builder = new NpgsqlSlimDataSourceBuilder(connectionString).EnableTransportSecurity();
        builder.ConnectionStringBuilder.Pooling = false;
        refine(builder.ConnectionStringBuilder);
        return builder.Build();
    }
}
