namespace XoeNovAi.Qdrant.Collections;

internal sealed record SearchPoints
{
    public required float[] Vector { get; init; }

    public required int Limit { get; init; }

    public double ScoreThreshold { get; init; } = -1;
}
