namespace XoeNovAi.Rag.Search;

internal sealed record NewPoint(ulong Id, float[] Vector, IReadOnlyDictionary<string, string> Payload);
