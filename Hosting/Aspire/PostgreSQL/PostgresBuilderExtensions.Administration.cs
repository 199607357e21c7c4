using Aspire.Hosting.Administration;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Postgres;

namespace Aspire.Hosting;

public static partial class PostgresBuilderExtensions
{
    /// <summary>Adds pgAdmin, once for all servers of the application; it knows them and asks for no password. Its image comes from a registry.</summary>
    /// <typeparam name="T">The server's type.</typeparam>
    /// <param name="builder">The server.</param>
    /// <param name="configureContainer">Changes the container.</param>
    /// <param name="containerName">The resource's name; pgadmin by default.</param>
    public static IResourceBuilder<T> WithPgAdmin<T>(this IResourceBuilder<T> builder, Action<IResourceBuilder<PgAdminContainerResource>>? configureContainer = null, string? containerName = null)
        where T : PostgresServerResource
    {
        AdministrationContainers.AddOnce(
            builder,
            () => new PgAdminContainerResource(containerName ?? "pgadmin"),
            ("docker.io", "dpage/pgadmin4", "9.15.0"),
            port: 80,
            "PgAdmin",
            pgAdmin => pgAdmin
                .WithHttpHealthCheck("/browser")
                .WithEnvironment(context =>
                {
                    // For one user who needs no log-in; the image wants the two of them nevertheless.
                    context.EnvironmentVariables["PGADMIN_CONFIG_SERVER_MODE"] = "False";
                    context.EnvironmentVariables["PGADMIN_CONFIG_MASTER_PASSWORD_REQUIRED"] = "False";
                    context.EnvironmentVariables["PGADMIN_DEFAULT_EMAIL"] = "admin@domain.com";
                    context.EnvironmentVariables["PGADMIN_DEFAULT_PASSWORD"] = builder.Resource.PasswordParameter;
                })
                .WithContainerFiles(PgAdminServers.Folder, (context, cancellationToken) =>
                    PgAdminServers.DescribeAsync(builder.ApplicationBuilder.Resources.OfType<PostgresServerResource>(), context.Model, cancellationToken)),
            configureContainer);
        return builder;
    }

    /// <summary>Adds pgweb, once for all databases of the application; each is one of its bookmarks. Its image comes from a registry.</summary>
    /// <param name="builder">The server.</param>
    /// <param name="configureContainer">Changes the container.</param>
    /// <param name="containerName">The resource's name; pgweb by default.</param>
    public static IResourceBuilder<PostgresServerResource> WithPgWeb(this IResourceBuilder<PostgresServerResource> builder, Action<IResourceBuilder<PgWebContainerResource>>? configureContainer = null, string? containerName = null)
    {
        AdministrationContainers.AddOnce(
            builder,
            () => new PgWebContainerResource(containerName ?? "pgweb"),
            ("docker.io", "sosedoff/pgweb", "0.17.0"),
            port: 8081,
            "PgWeb",
            pgWeb => pgWeb
                .WithHttpHealthCheck()
                .WithArgs($"--bookmarks-dir={PgWebBookmarks.Folder}", "--sessions")
                .WithContainerFiles(PgWebBookmarks.Folder, (context, cancellationToken) =>
                    PgWebBookmarks.DescribeAsync(builder.ApplicationBuilder.Resources.OfType<PostgresDatabaseResource>(), context.Model, cancellationToken)),
            configureContainer);
        return builder;
    }

    /// <summary>Sets the port on the host.</summary>
    /// <param name="builder">pgAdmin.</param>
    /// <param name="port">The port; null for a free one.</param>
    public static IResourceBuilder<PgAdminContainerResource> WithHostPort(this IResourceBuilder<PgAdminContainerResource> builder, int? port)
        => builder.WithEndpoint(AdministrationContainers.EndpointName, e => e.Port = port);

    /// <summary>Sets the port on the host.</summary>
    /// <param name="builder">pgweb.</param>
    /// <param name="port">The port; null for a free one.</param>
    public static IResourceBuilder<PgWebContainerResource> WithHostPort(this IResourceBuilder<PgWebContainerResource> builder, int? port)
        => builder.WithEndpoint(AdministrationContainers.EndpointName, e => e.Port = port);
}
