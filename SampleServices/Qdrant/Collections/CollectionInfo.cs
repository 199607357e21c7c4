namespace XoeNovAi.Qdrant.Collections;

internal sealed record CollectionInfo(string Status, int PointsCount);
