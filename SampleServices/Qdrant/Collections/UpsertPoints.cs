namespace XoeNovAi.Qdrant.Collections;

internal sealed record UpsertPoints
{
    public required Point[] Points { get; init; }
}
