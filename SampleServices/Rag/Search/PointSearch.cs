namespace XoeNovAi.Rag.Search;

internal sealed record PointSearch(float[] Vector, int Limit, bool WithPayload);
