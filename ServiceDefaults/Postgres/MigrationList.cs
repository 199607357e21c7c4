namespace XoeNovAi.ServiceDefaults.Postgres;

internal sealed record MigrationList(IReadOnlyList<Migration> Steps);
