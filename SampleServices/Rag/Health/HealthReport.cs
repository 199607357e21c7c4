namespace XoeNovAi.Rag.Health;

/// <summary>The body of <c>GET /health</c>.</summary>
internal sealed record HealthReport(
    string Status,
    string Version,
    double MemoryGb,
    bool VectorstoreLoaded,
    HealthComponents Components,
    DatabaseHealth Database);
