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
}
