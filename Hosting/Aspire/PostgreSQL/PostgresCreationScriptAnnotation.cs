using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Postgres;

/// <summary>How a database is created.</summary>
/// <param name="Script">The SQL.</param>
internal sealed record PostgresCreationScriptAnnotation(string Script) : IResourceAnnotation;
