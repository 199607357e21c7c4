namespace XoeNovAi.Rag.Errors;

/// <summary>Ends a request with an error of the API.</summary>
internal sealed class ApiException(int status, string code, string category, string message, string suggestion, string? field = null)
    : Exception(message)
{
    public int Status { get; } = status;

    public string Code { get; } = code;

    public string Category { get; } = category;

    public string Suggestion { get; } = suggestion;

    /// <summary>The field of the request that is wrong.</summary>
    public string? Field { get; } = field;

    public static ApiException Validation(string field, string message) =>
        new(StatusCodes.Status400BadRequest, "VALIDATION_ERROR", "validation", message, $"Correct '{field}' and send the request again.", field);

    public static ApiException Unavailable(string what) =>
        new(StatusCodes.Status503ServiceUnavailable, "SERVICE_UNAVAILABLE", "dependency", $"{what} cannot be reached.", "Try again in a few seconds.");
}
