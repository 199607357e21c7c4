namespace XoeNovAi.Rag.Search;

/// <summary>The body of the answer to a search.</summary>
internal sealed record SearchResponse(
    string RequestId,
    string Query,
    int ResultCount,
    IReadOnlyList<SearchResult> Results,
    double ExecutionTimeMs,
    DateTimeOffset Timestamp);
