namespace XoeNovAi.Rag.Errors;

/// <summary>The body of every error of the API.</summary>
internal sealed record ErrorResponse(
    string ErrorCode,
    string Message,
    string Category,
    int HttpStatus,
    DateTimeOffset Timestamp,
    IReadOnlyDictionary<string, string> Details,
    string RecoverySuggestion,
    string RequestId);
