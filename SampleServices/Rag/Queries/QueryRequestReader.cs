using System.Text.Json;
using XoeNovAi.Rag.Errors;

namespace XoeNovAi.Rag.Queries;

/// <summary>Reads and checks the body of a question. Whatever is wrong names its field.</summary>
internal static class QueryRequestReader
{
    private const int MaximumBody = 64 * 1024;
    private const int MaximumQuery = 2000;
    private const int MaximumTokens = 2048;
    private const int DefaultTokens = 512;
    private const double DefaultTemperature = 0.7;
    private const double HighestTemperature = 2;
    private const double DefaultTopP = 0.95;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 8 };

    public static async Task<QueryRequest> ReadAsync(HttpContext context)
    {
        var request = context.Request;
        if (!request.HasJsonContentType())
        {
            throw ApiException.Validation("body", "The body must be application/json.");
        }

        using var document = await ParseAsync(request, context.RequestAborted);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw ApiException.Validation("body", "The body must be a JSON object.");
        }

        var body = document.RootElement;
        return new QueryRequest(
            Query(body),
            Boolean(body, "use_rag", true),
            Integer(body, "max_tokens", 1, MaximumTokens, DefaultTokens),
            Number(body, "temperature", 0, HighestTemperature, DefaultTemperature),
            Number(body, "top_p", 0, 1, DefaultTopP));
    }

    private static async Task<JsonDocument> ParseAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > MaximumBody)
        {
            throw TooLong();
        }

        using var buffer = new MemoryStream();
        var chunk = new byte[4096];
        for (int read; (read = await request.Body.ReadAsync(chunk, cancellationToken)) > 0;)
        {
            if (buffer.Length + read > MaximumBody)
            {
                throw TooLong();
            }

            buffer.Write(chunk, 0, read);
        }

        try
        {
            return JsonDocument.Parse(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), Options);
        }
        catch (JsonException)
        {
            throw ApiException.Validation("body", "The body is not valid JSON.");
        }
    }

    private static ApiException TooLong() => ApiException.Validation("body", $"The body is longer than {MaximumBody} bytes.");

    private static string Query(JsonElement body)
    {
        if (!body.TryGetProperty("query", out var value) || value.ValueKind != JsonValueKind.String)
        {
            throw ApiException.Validation("query", "'query' must be a text.");
        }

        string text;
        try
        {
            text = value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, or bytes that are no UTF-8: JSON lets them through until they are read.
            throw ApiException.Validation("query", "'query' is not valid text.");
        }

        if (text.Length is 0 or > MaximumQuery || string.IsNullOrWhiteSpace(text))
        {
            throw ApiException.Validation("query", $"'query' must be 1 to {MaximumQuery} characters and not blank.");
        }

        return text.Contains('\0', StringComparison.Ordinal)
            ? throw ApiException.Validation("query", "'query' must not hold the character U+0000.")
            : text;
    }

    private static bool Boolean(JsonElement body, string name, bool fallback) =>
        !body.TryGetProperty(name, out var value) ? fallback : value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw ApiException.Validation(name, $"'{name}' must be true or false."),
        };

    private static int Integer(JsonElement body, string name, int least, int most, int fallback) =>
        !body.TryGetProperty(name, out var value) ? fallback
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= least && number <= most ? number
        : throw ApiException.Validation(name, $"'{name}' must be a whole number from {least} to {most}.");

    private static double Number(JsonElement body, string name, double least, double most, double fallback) =>
        !body.TryGetProperty(name, out var value) ? fallback
        : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= least && number <= most ? number
        : throw ApiException.Validation(name, $"'{name}' must be a number from {least} to {most}.");
}
