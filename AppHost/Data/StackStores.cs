using XoeNovAi.AppHost.Configuration;
using XoeNovAi.AppHost.Data.Backup;
using XoeNovAi.AppHost.Data.Pool;
using XoeNovAi.AppHost.Data.Postgres;
using XoeNovAi.AppHost.Data.Redis;
using XoeNovAi.AppHost.Networks;
using XoeNovAi.Hosting.Podman;
using XoeNovAi.Hosting.Podman.Images;
using XoeNovAi.Hosting.Podman.Networks;

namespace XoeNovAi.AppHost.Data;

/// <summary>Adds the stores of the stack, on the network <c>db</c>.</summary>
internal static class StackStores
{
    /// <summary>A database on PostgreSQL.</summary>
    /// <param name="builder">The stack.</param>
    /// <param name="name">The server.</param>
    /// <param name="database">The database, and the name of its connection string.</param>
    /// <param name="network">Where it is put into.</param>
    /// <param name="memoryMegabytes">What each server may use.</param>
    /// <param name="cpus">How many processors.</param>
    public static IResourceBuilder<IResourceWithConnectionString> AddStackPostgres(this IDistributedApplicationBuilder builder, string name, string database, StackNetworks network, int memoryMegabytes, double cpus)
    {
        if (network.Options.Data.Mode is DataMode.Ha && builder.ExecutionContext.IsRunMode)
        {
            return builder.AddPostgresCluster(name, database, network, member => member.WithLimits(memoryMegabytes, cpus));
        }

        var server = builder.AddPostgres(name)
            .WithSetupImage("postgres", "15")
            .WithStackTuning(network.Authority, network.AuthorityFile)
            .WithLimits(memoryMegabytes, cpus)
            .OnNetwork(network.Db)
            .WithBackups(database, network.Options.Data);
        if (!builder.ExecutionContext.IsRunMode)
        {
            // Who deploys it decides who connects. Nobody makes the database later.
            return server.WithEnvironment("POSTGRES_DB", database).AddDatabase(database);
        }

        return network.Options.Data.Pool is PoolMode.PgBouncer
            ? server.AddServiceDatabase($"{database}-database", database, network).AddPgBouncer(database, network)
            : server.AddServiceDatabase(database, database, network);
    }

    /// <summary>Redis.</summary>
    /// <param name="builder">The stack.</param>
    /// <param name="name">Its name, and that of its connection string.</param>
    /// <param name="network">Where it is put into.</param>
    /// <param name="memoryMegabytes">What each server may use.</param>
    /// <param name="cpus">How many processors.</param>
    public static IResourceBuilder<IResourceWithConnectionString> AddStackRedis(this IDistributedApplicationBuilder builder, string name, StackNetworks network, int memoryMegabytes, double cpus)
        => network.Options.Data.Mode is DataMode.Ha && builder.ExecutionContext.IsRunMode
            ? builder.AddRedisServers(name, network, memoryMegabytes, cpus)
            : builder.AddRedis(name)
                .WithSetupImage("redis", "7")
                .WithStackTuning(network.Authority)
                .WithHardening(RedisTuning.Hardening)
                .WithLimits(memoryMegabytes, cpus)
                .OnNetwork(network.Db);

    private static IResourceBuilder<ServiceDatabaseResource> AddServiceDatabase(this IResourceBuilder<PostgresServerResource> server, string name, string database, StackNetworks network)
    {
        var password = ServiceRole.PasswordOf(server.ApplicationBuilder);
        server.WithServiceRole(database, password);
        return server.ApplicationBuilder.AddResource(new ServiceDatabaseResource(name, database, server.Resource, password, network.AuthorityFile))
            .WithIconName("Database")
            .WithPostgresCheck();
    }
}
