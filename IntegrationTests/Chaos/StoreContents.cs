namespace XoeNovAi.IntegrationTests.Chaos;

/// <summary>What the stores hold at the end, how often each.</summary>
/// <param name="AuditRows">Request ids in PostgreSQL's audit.</param>
/// <param name="AuditEntries">Request ids in the audit's stream.</param>
/// <param name="CuratedQueries">Request ids the worker has written down.</param>
/// <param name="CuratedTasks">Ids of tasks the worker has written down.</param>
/// <param name="Memories">What each memory holds, and how often it has been written.</param>
internal sealed record StoreContents(
    IReadOnlyDictionary<string, int> AuditRows,
    IReadOnlyDictionary<string, int> AuditEntries,
    IReadOnlyDictionary<string, int> CuratedQueries,
    IReadOnlyDictionary<string, int> CuratedTasks,
    IReadOnlyDictionary<string, (long Value, int Version)> Memories);
