using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Postgres;

/// <summary>pgAdmin in a container: a web page that administrates every PostgreSQL server of the application.</summary>
/// <param name="name">Its name.</param>
public sealed class PgAdminContainerResource(string name) : ContainerResource(name);
