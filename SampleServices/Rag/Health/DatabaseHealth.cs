namespace XoeNovAi.Rag.Health;

internal sealed record DatabaseHealth(string Status);
