using System.Text.Json.Serialization;

namespace XoeNovAi.ServiceDefaults.Api;

/// <summary>The body of every error.</summary>
internal sealed record ErrorResponse(
    string ErrorCode,
    string Message,
    string Category,
    int HttpStatus,
    DateTimeOffset Timestamp,
    IReadOnlyDictionary<string, string> Details,
    string RecoverySuggestion,
    string RequestId);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ErrorResponse))]
internal sealed partial class ApiJsonContext : JsonSerializerContext;
