namespace XoeNovAi.Rag.Search;

internal sealed record NewCollection(VectorSpace Vectors);
