namespace XoeNovAi.ServiceDefaults.Postgres;

/// <summary>A step of a schema.</summary>
/// <param name="Name">Its name, unique in the database, e.g. <c>rag/1-audit-log</c>.</param>
/// <param name="Sql">What it does. It runs once, in a transaction.</param>
public sealed record Migration(string Name, string Sql);
