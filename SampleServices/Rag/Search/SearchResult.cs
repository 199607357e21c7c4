namespace XoeNovAi.Rag.Search;

internal sealed record SearchResult(string Id, int Rank, double Score, string Content, IReadOnlyDictionary<string, string> Metadata);
