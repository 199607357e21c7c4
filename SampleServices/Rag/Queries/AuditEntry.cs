namespace XoeNovAi.Rag.Queries;

/// <summary>That a question was asked and answered.</summary>
internal sealed record AuditEntry(Guid Id, string RequestId, string Query, bool Cached, int Tokens, double DurationMs);
