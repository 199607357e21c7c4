namespace XoeNovAi.Qdrant.Collections;

internal sealed record CollectionList(IReadOnlyList<CollectionName> Collections);
