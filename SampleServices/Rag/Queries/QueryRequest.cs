namespace XoeNovAi.Rag.Queries;

/// <summary>A question, checked.</summary>
internal sealed record QueryRequest(string Query, bool UseRag, int MaxTokens, double Temperature, double TopP);
