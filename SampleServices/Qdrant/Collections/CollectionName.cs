namespace XoeNovAi.Qdrant.Collections;

internal sealed record CollectionName(string Name);
