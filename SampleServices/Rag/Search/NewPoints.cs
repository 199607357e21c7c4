namespace XoeNovAi.Rag.Search;

internal sealed record NewPoints(IReadOnlyList<NewPoint> Points);
