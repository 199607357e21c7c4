using System.Globalization;
using Aspire.Hosting.Administration;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Redis;

namespace Aspire.Hosting;

public static partial class RedisBuilderExtensions
{
    private const string InsightCertificates = "/certificates";

    /// <summary>Adds Redis Commander, once for all Redis servers of the application that are not encrypted: it cannot be told to trust a certificate. Its image comes from a registry.</summary>
    /// <param name="builder">The server.</param>
    /// <param name="configureContainer">Changes the container.</param>
    /// <param name="containerName">The resource's name; rediscommander by default.</param>
    public static IResourceBuilder<RedisResource> WithRedisCommander(this IResourceBuilder<RedisResource> builder, Action<IResourceBuilder<RedisCommanderResource>>? configureContainer = null, string? containerName = null)
    {
        AdministrationContainers.AddOnce(
            builder,
            () => new RedisCommanderResource(containerName ?? "rediscommander"),
            ("ghcr.io", "joeferner/redis-commander", "latest"),
            port: 8081,
            "RedisCommander",
            commander => commander.WithEnvironment(context =>
            {
                var hosts = new ReferenceExpressionBuilder();
                foreach (var server in builder.ApplicationBuilder.Resources.OfType<RedisResource>())
                {
                    if (server.TlsEnabled)
                    {
                        context.Logger.LogWarning("Redis Commander does not show '{Server}': it is encrypted, and Redis Commander cannot be told to trust its certificate. Redis Insight can.", server.Name);
                        continue;
                    }

                    hosts.AppendLiteral(hosts.IsEmpty ? string.Empty : ",");
                    hosts.Append($"{server.Name}:{server.Host}:{server.Port}:0");
                    if (server.PasswordParameter is { } password)
                    {
                        hosts.Append($":{password}");
                    }
                }

                context.EnvironmentVariables["REDIS_HOSTS"] = hosts.Build();
            }),
            configureContainer);
        return builder;
    }

    /// <summary>Adds Redis Insight, once for all Redis servers of the application. Its image comes from a registry.</summary>
    /// <param name="builder">The server.</param>
    /// <param name="configureContainer">Changes the container.</param>
    /// <param name="containerName">The resource's name; redisinsight by default.</param>
    public static IResourceBuilder<RedisResource> WithRedisInsight(this IResourceBuilder<RedisResource> builder, Action<IResourceBuilder<RedisInsightResource>>? configureContainer = null, string? containerName = null)
    {
        AdministrationContainers.AddOnce(
            builder,
            () => new RedisInsightResource(containerName ?? "redisinsight"),
            ("docker.io", "redis/redisinsight", "3.4"),
            port: 5540,
            "RedisInsight",
            insight => insight
                .WithEnvironment(context =>
                {
                    foreach (var (index, server) in builder.ApplicationBuilder.Resources.OfType<RedisResource>().Index())
                    {
                        var number = (index + 1).ToString(CultureInfo.InvariantCulture);
                        context.EnvironmentVariables[$"RI_REDIS_HOST{number}"] = server.Host;
                        context.EnvironmentVariables[$"RI_REDIS_PORT{number}"] = server.Port;
                        context.EnvironmentVariables[$"RI_REDIS_ALIAS{number}"] = server.Name;
                        if (server.PasswordParameter is { } password)
                        {
                            context.EnvironmentVariables[$"RI_REDIS_PASSWORD{number}"] = password;
                        }

                        if (CertificateOf(server) is not null)
                        {
                            context.EnvironmentVariables[$"RI_REDIS_TLS{number}"] = "true";
                            context.EnvironmentVariables[$"RI_REDIS_TLS_CA_PATH{number}"] = $"{InsightCertificates}/{server.Name}.crt";
                        }
                    }
                })
                .WithContainerFiles(InsightCertificates, (_, _) => Task.FromResult<IEnumerable<ContainerFileSystemItem>>(
                    [.. from server in builder.ApplicationBuilder.Resources.OfType<RedisResource>()
                        let certificate = CertificateOf(server)
                        where certificate is not null
                        select new ContainerFile { Name = $"{server.Name}.crt", Contents = certificate.ExportCertificatePem() }])),
            configureContainer);
        return builder;
    }

    /// <summary>Keeps what Redis Insight remembers in a volume.</summary>
    /// <param name="builder">Redis Insight.</param>
    /// <param name="name">The volume; named after application and resource by default.</param>
    public static IResourceBuilder<RedisInsightResource> WithDataVolume(this IResourceBuilder<RedisInsightResource> builder, string? name = null)
        => builder.WithVolume(name ?? VolumeNameGenerator.Generate(builder, "data"), DataFolder);

    /// <summary>Keeps what Redis Insight remembers in a folder of the host.</summary>
    /// <param name="builder">Redis Insight.</param>
    /// <param name="source">The folder; relative to the AppHost's.</param>
    public static IResourceBuilder<RedisInsightResource> WithDataBindMount(this IResourceBuilder<RedisInsightResource> builder, string source)
        => builder.WithBindMount(source, DataFolder);

    /// <summary>Sets the port on the host.</summary>
    /// <param name="builder">Redis Insight.</param>
    /// <param name="port">The port; null for a free one.</param>
    public static IResourceBuilder<RedisInsightResource> WithHostPort(this IResourceBuilder<RedisInsightResource> builder, int? port)
        => builder.WithEndpoint(AdministrationContainers.EndpointName, e => e.Port = port);

    /// <summary>Sets the port on the host.</summary>
    /// <param name="builder">Redis Commander.</param>
    /// <param name="port">The port; null for a free one.</param>
    public static IResourceBuilder<RedisCommanderResource> WithHostPort(this IResourceBuilder<RedisCommanderResource> builder, int? port)
        => builder.WithEndpoint(AdministrationContainers.EndpointName, e => e.Port = port);
}
