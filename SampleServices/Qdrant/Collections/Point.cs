namespace XoeNovAi.Qdrant.Collections;

/// <summary>A vector and what it stands for.</summary>
internal sealed record Point
{
    public required ulong Id { get; init; }

    public required float[] Vector { get; init; }

    public IReadOnlyDictionary<string, string> Payload { get; init; } = new Dictionary<string, string>();
}
