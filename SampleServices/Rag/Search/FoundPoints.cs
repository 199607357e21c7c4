namespace XoeNovAi.Rag.Search;

internal sealed record FoundPoints(IReadOnlyList<FoundPoint> Result);
