using System.Text.Json;

namespace XoeNovAi.IntegrationTests.Portable;

/// <summary>What was answered to a request.</summary>
internal sealed class Answer
{
    private readonly ILookup<string, string> _headers;

    public Answer(string request, HttpResponseMessage response, string body)
    {
        (Request, Status, Type, Body) = (request, (int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, body);
        _headers = response.Headers.Concat(response.Content.Headers).SelectMany(static h => h.Value.Select(v => (h.Key, Value: v))).ToLookup(static h => h.Key, static h => h.Value, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>What was asked.</summary>
    public string Request { get; }

    public int Status { get; }

    public string? Type { get; }

    public string Body { get; }

    /// <summary>All values of a header.</summary>
    public IReadOnlyList<string> Header(string name) => [.. _headers[name]];

    /// <summary>The body as JSON; fails when it is none.</summary>
    public JsonElement Json()
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(Body);
        }
        catch (JsonException)
        {
            throw new AssertFailedException($"No JSON: {this}");
        }
    }

    public override string ToString() => $"{Request}: {Status} {Type} {Body[..Math.Min(Body.Length, 300)].ReplaceLineEndings(" ")}";
}
