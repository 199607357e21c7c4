namespace XoeNovAi.Qdrant.Collections;

internal sealed record ScoredPoint(ulong Id, double Score, IReadOnlyDictionary<string, string> Payload);
