namespace XoeNovAi.Rag.Health;

internal sealed record HealthComponents(
    bool Embeddings,
    bool Vectorstore,
    bool Llm,
    bool CircuitBreakersHealthy,
    bool HealthRedis,
    int DegradationTier,
    string TierName);
