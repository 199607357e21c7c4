namespace XoeNovAi.Qdrant.Collections;

internal sealed record CreateCollection
{
    public required VectorParameters Vectors { get; init; }
}
