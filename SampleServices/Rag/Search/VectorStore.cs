using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace XoeNovAi.Rag.Search;

/// <summary>Qdrant: where passages are found by what they are about. It may have been emptied at any time and is filled again then.</summary>
internal sealed class VectorStore(IConfiguration configuration) : IDisposable
{
    private const string Collection = "collections/xnai_documents";
    private const string Points = $"{Collection}/points";

    private readonly HttpClient? _http = configuration.GetConnectionString("qdrant") is { Length: > 0 } address
        ? new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new(address), Timeout = TimeSpan.FromSeconds(5) }
        : null;

    /// <exception cref="HttpRequestException">It cannot be reached, or is not well.</exception>
    public async Task PingAsync(CancellationToken cancellationToken)
    {
        // Without one there is none to be missed.
        if (_http is not null)
        {
            using var response = await _http.GetAsync(new Uri("healthz", UriKind.Relative), cancellationToken);
            response.EnsureSuccessStatusCode();
        }
    }

    /// <summary>The passages nearest to a vector.</summary>
    /// <exception cref="HttpRequestException">There is no vector store, it cannot be reached, or it refuses.</exception>
    public async Task<IReadOnlyList<FoundPoint>> SearchAsync(float[] vector, int limit, CancellationToken cancellationToken)
    {
        using var response = await AskAsync(vector, limit, cancellationToken);
        if (response.StatusCode != HttpStatusCode.NotFound)
        {
            return await ReadAsync(response, cancellationToken);
        }

        await FillAsync(cancellationToken);
        using var again = await AskAsync(vector, limit, cancellationToken);
        return await ReadAsync(again, cancellationToken);
    }

    public void Dispose() => _http?.Dispose();

    private static async Task<IReadOnlyList<FoundPoint>> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        response.EnsureSuccessStatusCode();
        try
        {
            return (await response.Content.ReadFromJsonAsync(RagJsonContext.Default.FoundPoints, cancellationToken))?.Result ?? [];
        }
        catch (JsonException exception)
        {
            throw new HttpRequestException("The vector store's answer cannot be read.", exception);
        }
    }

    private Task<HttpResponseMessage> AskAsync(float[] vector, int limit, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"{Points}/search", new PointSearch(vector, limit, true), RagJsonContext.Default.PointSearch, cancellationToken);

    private async Task FillAsync(CancellationToken cancellationToken)
    {
        using var created = await SendAsync(
            HttpMethod.Put, Collection, new NewCollection(new VectorSpace(Embedding.Size, "Cosine")), RagJsonContext.Default.NewCollection, cancellationToken);
        if (created.StatusCode != HttpStatusCode.Conflict)
        {
            // Another instance may have been first; the passages are the same.
            created.EnsureSuccessStatusCode();
        }

        var points = Document.Samples.Select(static document => new NewPoint(
            document.Id, Embedding.Of(document.Content),
            new Dictionary<string, string> { [Document.SourceField] = document.Source, [Document.ContentField] = document.Content }));
        using var added = await SendAsync(HttpMethod.Put, $"{Points}?wait=true", new NewPoints([.. points]), RagJsonContext.Default.NewPoints, cancellationToken);
        added.EnsureSuccessStatusCode();
    }

    private async Task<HttpResponseMessage> SendAsync<T>(HttpMethod method, string target, T body, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        var http = _http ?? throw new HttpRequestException("No vector store is configured: ConnectionStrings:qdrant is not set.");
        using var request = new HttpRequestMessage(method, target) { Content = JsonContent.Create(body, type) };
        try
        {
            return await http.SendAsync(request, cancellationToken);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException("The vector store does not answer.", exception);
        }
    }
}
