using System.Security.Cryptography.X509Certificates;
using Npgsql;
using StackExchange.Redis;
using XoeNovAi.Hosting.Consul;

namespace XoeNovAi.IntegrationTests.Harness;

/// <summary>How tests reach the stores of a stack.</summary>
internal static class StoreAccess
{
    /// <summary>The connection string by which the superuser of a stack's PostgreSQL reaches the database <c>xnai</c>: as a service one may not look at others.</summary>
    public static async Task<string> SuperuserOfXnaiAsync(this DistributedApplication application, CancellationToken cancellationToken)
        => new NpgsqlConnectionStringBuilder(await application.GetConnectionStringAsync("postgres", cancellationToken)) { Database = "xnai" }.ConnectionString;

    /// <summary>Settings for Redis as the services have them: with the password, and trusting the run's authority only.</summary>
    public static async Task<ConfigurationOptions> RedisAsync(this DistributedApplication application, CancellationToken cancellationToken)
    {
        var options = ConfigurationOptions.Parse(await application.GetConnectionStringAsync("redis", cancellationToken) ?? throw new StackException("'redis' has no connection string."));
        var consul = application.Services.GetRequiredService<DistributedApplicationModel>().Resources.OfType<ConsulResource>().Single();
        var authority = X509Certificate2.CreateFromPem(consul.AuthorityPem);
        options.CertificateValidation += (_, certificate, _, errors) => certificate is not null && Stack.IsTrusted(authority, certificate, errors);
        return options;
    }

    /// <summary>The first column of what a query gives, which is text.</summary>
    /// <param name="source">Where it is asked.</param>
    /// <param name="query">The query.</param>
    /// <param name="parameter">Its one parameter.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<IReadOnlyList<string>> TextsAsync(this NpgsqlDataSource source, string query, string parameter, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(query);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = parameter });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var texts = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
        {
            texts.Add(reader.GetString(0));
        }

        return texts;
    }
}
