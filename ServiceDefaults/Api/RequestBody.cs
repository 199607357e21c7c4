using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace XoeNovAi.ServiceDefaults.Api;

/// <summary>The JSON object a caller sent. Whatever is wrong with it is an <see cref="ApiException"/> that names its field.</summary>
public sealed class RequestBody : IDisposable
{
    private const int MaximumBody = 64 * 1024;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 8 };

    private readonly JsonDocument _document;

    private RequestBody(JsonDocument document) => _document = document;

    /// <summary>Reads the body of a request.</summary>
    /// <param name="context">The request.</param>
    /// <returns>The body; it is to be disposed of.</returns>
    /// <exception cref="ApiException">The body is no JSON object.</exception>
    public static async Task<RequestBody> ReadAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
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

    /// <summary>Reads the body of a request as a whole.</summary>
    /// <typeparam name="T">What it is to be.</typeparam>
    /// <param name="context">The request.</param>
    /// <param name="type">How it is read.</param>
    /// <returns>The body.</returns>
    /// <exception cref="ApiException">The body is no such object.</exception>
    public static async Task<T> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(type);
        using var body = await ReadAsync(context);
        try
        {
            return body._document.Deserialize(type)!;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw ApiException.Validation((exception as JsonException)?.Path ?? "body", "The body is not what is expected here.");
        }
    }

    /// <summary>Checks a text that did not come in a body.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="text">The text.</param>
    /// <param name="most">How many characters it may have.</param>
    /// <returns>The text.</returns>
    public static string CheckText(string name, string? text, int most) =>
        string.IsNullOrWhiteSpace(text) || text.Length > most
            ? throw ApiException.Validation(name, $"'{name}' must be 1 to {most} characters and not blank.")
        : text.Contains('\0', StringComparison.Ordinal)
            ? throw ApiException.Validation(name, $"'{name}' must not hold the character U+0000.")
        : text;

    /// <summary>A text that must be there.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="most">How many characters it may have.</param>
    /// <returns>The text.</returns>
    public string Text(string name, int most)
    {
        if (!TryFind(name, out var value) || value.ValueKind != JsonValueKind.String)
        {
            throw ApiException.Validation(name, $"'{name}' must be a text.");
        }

        try
        {
            return CheckText(name, value.GetString(), most);
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, or bytes that are no UTF-8: JSON lets them through until they are read.
            throw ApiException.Validation(name, $"'{name}' is not valid text.");
        }
    }

    /// <summary>A text that may be left out.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="most">How many characters it may have.</param>
    /// <param name="fallback">What is taken when it is not there.</param>
    /// <returns>The text.</returns>
    public string Text(string name, int most, string fallback) => TryFind(name, out _) ? Text(name, most) : fallback;

    /// <summary>True or false.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="fallback">What is taken when it is not there.</param>
    /// <returns>The value.</returns>
    public bool Boolean(string name, bool fallback) =>
        !TryFind(name, out var value) ? fallback : value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw ApiException.Validation(name, $"'{name}' must be true or false."),
        };

    /// <summary>A whole number.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="least">The least it may be.</param>
    /// <param name="most">The most it may be.</param>
    /// <param name="fallback">What is taken when it is not there.</param>
    /// <returns>The value.</returns>
    public int WholeNumber(string name, int least, int most, int fallback) =>
        !TryFind(name, out var value) ? fallback
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= least && number <= most ? number
        : throw ApiException.Validation(name, $"'{name}' must be a whole number from {least} to {most}.");

    /// <summary>A number.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="least">The least it may be.</param>
    /// <param name="most">The most it may be.</param>
    /// <param name="fallback">What is taken when it is not there.</param>
    /// <returns>The value.</returns>
    public double Number(string name, double least, double most, double fallback) =>
        !TryFind(name, out var value) ? fallback
        : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= least && number <= most ? number
        : throw ApiException.Validation(name, $"'{name}' must be a number from {least} to {most}.");

    /// <summary>Texts by name, in an object that may be left out.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The texts; none when it is not there.</returns>
    public IReadOnlyDictionary<string, string> Texts(string name)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!TryFind(name, out var found) || found.ValueKind == JsonValueKind.Null)
        {
            return texts;
        }

        if (found.ValueKind != JsonValueKind.Object)
        {
            throw ApiException.Validation(name, $"'{name}' must be an object.");
        }

        try
        {
            foreach (var text in found.EnumerateObject())
            {
                texts[text.Name] = text.Value.GetString() is { } value && JsonText.IsStorable(value) && JsonText.IsStorable(text.Name) ? value : throw new InvalidOperationException();
            }
        }
        catch (InvalidOperationException)
        {
            // Something else than a text, half of a surrogate pair, or U+0000.
            throw ApiException.Validation(name, $"'{name}' must hold texts only.");
        }

        return texts;
    }

    /// <inheritdoc />
    public void Dispose() => _document.Dispose();

    private bool TryFind(string name, out JsonElement value)
    {
        try
        {
            return _document.RootElement.TryGetProperty(name, out value);
        }
        catch (InvalidOperationException)
        {
            // Another name is half of a surrogate pair, which shows when it is compared.
            throw ApiException.Validation("body", "The body's names are not valid text.");
        }
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
}
