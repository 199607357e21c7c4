namespace XoeNovAi.Rag.Resilience;

internal sealed record LlmError(string Error);
