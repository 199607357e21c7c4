namespace XoeNovAi.Qdrant.Collections;

internal sealed record UpdateStatus(string Status);
