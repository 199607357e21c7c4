namespace XoeNovAi.Qdrant.Collections;

internal sealed record VectorParameters
{
    public required int Size { get; init; }

    public required string Distance { get; init; }
}
