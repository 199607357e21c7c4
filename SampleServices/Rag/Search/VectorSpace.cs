namespace XoeNovAi.Rag.Search;

internal sealed record VectorSpace(int Size, string Distance);
