namespace XoeNovAi.Rag.Queries;

/// <summary>The body of the answer to a question.</summary>
internal sealed record QueryResponse(
    string Response,
    IReadOnlyList<string> Sources,
    int TokensGenerated,
    double DurationMs,
    double TokenRateTps);
