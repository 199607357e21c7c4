namespace XoeNovAi.Rag.Search;

internal sealed record FoundPoint(ulong Id, double Score, IReadOnlyDictionary<string, string> Payload);
