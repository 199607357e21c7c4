using System.Diagnostics;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace XoeNovAi.IntegrationTests.Streaming;

/// <summary>A stream of rag's, read through the gateway.</summary>
internal sealed class RagStream : IDisposable
{
    private const string Path = "/xnai/api/v1/stream";
    private readonly long _started;
    private readonly HttpResponseMessage _response;

    private RagStream(HttpResponseMessage response, long started)
    {
        _response = response;
        _started = started;
    }

    public HttpResponseMessage Response => _response;

    public static Task<RagStream> PostAsync(HttpClient client, string query, string? lastEventId, CancellationToken cancellationToken)
        => SendAsync(client, new HttpRequestMessage(HttpMethod.Post, Path) { Content = JsonContent.Create(new { query }) }, lastEventId, cancellationToken);

    public static Task<RagStream> GetAsync(HttpClient client, string query, string? lastEventId, CancellationToken cancellationToken)
        => SendAsync(client, new HttpRequestMessage(HttpMethod.Get, $"{Path}?query={Uri.EscapeDataString(query)}"), lastEventId, cancellationToken);

    /// <summary>The events as they arrive, until the stream ends.</summary>
    public async IAsyncEnumerable<RagEvent> EventsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var body = await _response.Content.ReadAsStreamAsync(cancellationToken);
        var id = string.Empty;
        var parser = SseParser.Create(body);
        await foreach (var item in parser.EnumerateAsync(cancellationToken))
        {
            id = parser.LastEventId;
            using var json = JsonDocument.Parse(item.Data);
            var content = json.RootElement.TryGetProperty("content", out var text) || json.RootElement.TryGetProperty("error", out text) ? text.GetString()! : string.Empty;
            yield return new(id, json.RootElement.GetProperty("type").GetString()!, content, Stopwatch.GetElapsedTime(_started));
        }
    }

    /// <summary>Reads to the end.</summary>
    public async Task<IReadOnlyList<RagEvent>> AllAsync(CancellationToken cancellationToken)
    {
        var events = new List<RagEvent>();
        await foreach (var item in EventsAsync(cancellationToken))
        {
            events.Add(item);
        }

        return events;
    }

    public void Dispose() => _response.Dispose();

    private static async Task<RagStream> SendAsync(HttpClient client, HttpRequestMessage request, string? lastEventId, CancellationToken cancellationToken)
    {
        using var _ = request;
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        var started = Stopwatch.GetTimestamp();
        return new(await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken), started);
    }
}
