using Microsoft.AspNetCore.Http;

namespace XoeNovAi.ServiceDefaults.Api;

/// <summary>Ends a request with an error in the shape all APIs of the stack share.</summary>
#pragma warning disable CA1032 // An error without its parts has no shape.
public sealed class ApiException : Exception
#pragma warning restore CA1032
{
    /// <summary>Creates the exception.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="code">The code programs tell errors apart by, e.g. <c>VALIDATION_ERROR</c>.</param>
    /// <param name="category">The kind of error, e.g. <c>validation</c>.</param>
    /// <param name="message">What is wrong.</param>
    /// <param name="suggestion">What the caller can do about it.</param>
    /// <param name="field">The field of the request that is wrong.</param>
    /// <param name="inner">What is behind it; no caller is told.</param>
    public ApiException(int status, string code, string category, string message, string suggestion, string? field = null, Exception? inner = null)
        : base(message, inner)
    {
        Status = status;
        Code = code;
        Category = category;
        Suggestion = suggestion;
        Field = field;
    }

    internal int Status { get; }

    internal string Code { get; }

    internal string Category { get; }

    internal string Suggestion { get; }

    internal string? Field { get; }

    /// <summary>Something in the request is wrong: 400.</summary>
    /// <param name="field">The field that is wrong.</param>
    /// <param name="message">What is wrong with it.</param>
    /// <returns>The exception.</returns>
    public static ApiException Validation(string field, string message) =>
        new(StatusCodes.Status400BadRequest, "VALIDATION_ERROR", "validation", message, $"Correct '{field}' and send the request again.", field);

    /// <summary>Something this service depends on is away: 503.</summary>
    /// <param name="what">What is away.</param>
    /// <param name="inner">How that was found out.</param>
    /// <returns>The exception.</returns>
    public static ApiException Unavailable(string what, Exception? inner = null) =>
        new(StatusCodes.Status503ServiceUnavailable, "SERVICE_UNAVAILABLE", "dependency", $"{what} cannot be reached.", "Try again in a few seconds.", inner: inner);

    /// <summary>What is asked for is not there: 404.</summary>
    /// <param name="what">What is not there.</param>
    /// <returns>The exception.</returns>
    public static ApiException NotFound(string what) =>
        new(StatusCodes.Status404NotFound, "NOT_FOUND", "routing", $"There is no {what}.", "Look the name up.");

    internal static ApiException FromStatus(int status) => status switch
    {
        StatusCodes.Status404NotFound => new(status, "NOT_FOUND", "routing", "There is nothing here.", "Look the path up in the API's description."),
        StatusCodes.Status405MethodNotAllowed => new(status, "METHOD_NOT_ALLOWED", "routing", "This path does not take this method.", "Use one of the methods in the Allow header."),
        StatusCodes.Status413PayloadTooLarge => new(status, "PAYLOAD_TOO_LARGE", "validation", "The body is too large.", "Send less at once."),
        StatusCodes.Status415UnsupportedMediaType => new(status, "UNSUPPORTED_MEDIA_TYPE", "validation", "The body must be application/json.", "Set Content-Type: application/json."),
        < 500 => new(status, "BAD_REQUEST", "validation", "The request cannot be read.", "Correct the request and send it again."),
        _ => new(status, "INTERNAL_ERROR", "internal", "The request failed.", "Try again; name the request id when reporting it."),
    };
}
