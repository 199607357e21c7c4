using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using XoeNovAi.ServiceDefaults.Consul;
using XoeNovAi.ServiceDefaults.Telemetry;

namespace XoeNovAi.ServiceDefaults.Postgres;

/// <summary>Adds PostgreSQL to a service.</summary>
public static class PostgresExtensions
{
    private const int MinimumConnections = 1;
    private const int MaximumConnections = 5;
    private const int ConnectSeconds = 5;
    private const int CommandSeconds = 5;
    private const int RecycleSeconds = 3600;
    private const int IdleSeconds = 30;

    /// <summary>
    /// Adds the pool of the contract, as <see cref="PostgresConnections"/>, and brings the schema up to date in the background;
    /// <see cref="PostgresSchema.IsReady"/> tells when.
    /// </summary>
    /// <param name="builder">The builder of the service.</param>
    /// <param name="name">The name of the connection string.</param>
    /// <param name="migrations">The steps that make the schema, in order. A step is never changed once it was released.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="InvalidOperationException">The connection string is missing or wrong.</exception>
    public static WebApplicationBuilder AddPostgres(this WebApplicationBuilder builder, string name, params Migration[] migrations)
    {
        ArgumentNullException.ThrowIfNull(builder);

        // Npgsql's cancellation blocks a thread, and once more where a time limit passes too: while PostgreSQL hangs, as many as the pool
        // has connections. Others must not wait until the thread pool finds out that it needs more.
        ThreadPool.GetMinThreads(out var workers, out var completions);
        ThreadPool.SetMinThreads(workers + (2 * MaximumConnections), completions);

        var settings = Parse(name, builder.Configuration.GetConnectionString(name));
        var hosts = settings.Host?.Split(',').Length ?? 1;
        if (hosts > 1)
        {
            // A host that hangs holds up only those who ask it first, and all hosts together no longer than a single one may.
            settings.LoadBalanceHosts = true;
            settings.Timeout = Math.Max(1, ConnectSeconds / hosts);
        }

        settings.ApplicationName ??= DiscoveryOptions.Bind(builder.Configuration).ServiceId;
        builder.AddNpgsqlDataSource(name, options =>
        {
            options.ConnectionString = settings.ConnectionString;

            // The services' own probes are over in time whatever hangs; that one would wait for PostgreSQL.
            options.DisableHealthChecks = true;
            options.DisableTracing = !builder.HasCollector();
        });
        builder.Services.AddSingleton(static services => new PostgresConnections(
            SourceOf(services), services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<PostgresConnections>>()));
        builder.Services.AddSingleton<PostgresSchema>();
        builder.Services.AddHostedService(services => ActivatorUtilities.CreateInstance<PostgresMigrator>(services, SourceOf(services), new MigrationList(migrations)));
        return builder;
    }

    // Services write: of several hosts they want the one that takes it.
    private static NpgsqlDataSource SourceOf(IServiceProvider services)
    {
        var source = services.GetRequiredService<NpgsqlDataSource>();
        return source is NpgsqlMultiHostDataSource hosts ? hosts.WithTargetSession(TargetSessionAttributes.Primary) : source;
    }

    private static NpgsqlConnectionStringBuilder Parse(string name, string? connectionString)
    {
        if (string.IsNullOrEmpty(connectionString))
        {
            throw new InvalidOperationException($"ConnectionStrings:{name} is not set. Give it as Host=…;Port=5432;Username=…;Password=…;Database={name}.");
        }

        try
        {
            return new NpgsqlConnectionStringBuilder(connectionString)
            {
                MinPoolSize = MinimumConnections,
                MaxPoolSize = MaximumConnections,
                Timeout = ConnectSeconds,
                CommandTimeout = CommandSeconds,
                ConnectionLifetime = RecycleSeconds,
                // All pools together may fill the server; whoever else wants in, a backup or a person, has a place again soon after the rush.
                ConnectionIdleLifetime = IdleSeconds,
                // Finds half-open connections while nobody uses them, so that the next user gets a living one.
                KeepAlive = 10,
                // Kerberos is no part of the stack, and asking for it costs a library and a round trip per connection.
                GssEncryptionMode = GssEncryptionMode.Disable,
                // Said of each use of several hosts instead.
                TargetSessionAttributes = null,
            };
        }
        catch (ArgumentException)
        {
            // The exception's text may repeat the connection string, which holds the password.
            throw new InvalidOperationException($"ConnectionStrings:{name} cannot be read. Write it like Host=…;Port=5432;Username=…;Password=…;Database={name}.");
        }
    }
}
