using System.Text.Json;
using XoeNovAi.Rag.Errors;

namespace XoeNovAi.Rag.Queries;

/// <summary>The JSON object a caller sent. Whatever is wrong with it names its field.</summary>
internal sealed class RequestBody : IDisposable
{
    private const int MaximumBody = 64 * 1024;
    private const int MaximumText = 2000;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 8 };

    private readonly JsonDocument _document;

    private RequestBody(JsonDocument document) => _document = document;

    private JsonElement Root => _document.RootElement;

    /// <exception cref="ApiException">The body is no JSON object.</exception>
    public static async Task<RequestBody> ReadAsync(HttpContext context)
    {
        if (!context.Request.HasJsonContentType())
        {
            throw ApiException.Validation("body", "The body must be application/json.");
        }

        var document = await ParseAsync(context.Request, context.RequestAborted);
        if (document.RootElement.ValueKind == JsonValueKind.Object)
        {
            return new RequestBody(document);
        }

        document.Dispose();
        throw ApiException.Validation("body", "The body must be a JSON object.");
    }

    /// <summary>Checks a question that did not come in a body.</summary>
    public static string CheckQuery(string text) =>
        text.Length is 0 or > MaximumText || string.IsNullOrWhiteSpace(text)
            ? throw ApiException.Validation("query", $"'query' must be 1 to {MaximumText} characters and not blank.")
        : text.Contains('\0', StringComparison.Ordinal)
            ? throw ApiException.Validation("query", "'query' must not hold the character U+0000.")
        : text;

    public string Query()
    {
        if (!Root.TryGetProperty("query", out var value) || value.ValueKind != JsonValueKind.String)
        {
            throw ApiException.Validation("query", "'query' must be a text.");
        }

        try
        {
            return CheckQuery(value.GetString()!);
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, or bytes that are no UTF-8: JSON lets them through until they are read.
            throw ApiException.Validation("query", "'query' is not valid text.");
        }
    }

    public bool Boolean(string name, bool fallback) =>
        !Root.TryGetProperty(name, out var value) ? fallback : value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw ApiException.Validation(name, $"'{name}' must be true or false."),
        };

    public int Integer(string name, int least, int most, int fallback) =>
        !Root.TryGetProperty(name, out var value) ? fallback
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= least && number <= most ? number
        : throw ApiException.Validation(name, $"'{name}' must be a whole number from {least} to {most}.");

    public double Number(string name, double least, double most, double fallback) =>
        !Root.TryGetProperty(name, out var value) ? fallback
        : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= least && number <= most ? number
        : throw ApiException.Validation(name, $"'{name}' must be a number from {least} to {most}.");

    public void RequireObject(string name)
    {
        if (Root.TryGetProperty(name, out var value) && value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null))
        {
            throw ApiException.Validation(name, $"'{name}' must be an object.");
        }
    }

    public void Dispose() => _document.Dispose();

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
}
