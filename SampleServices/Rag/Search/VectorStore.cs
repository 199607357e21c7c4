using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace XoeNovAi.Rag.Search;

/// <summary>Qdrant: where passages are found by what they are about. It may have been emptied at any time and is filled again then.</summary>
internal sealed class VectorStore(HttpClient http)
{
    // A name that Consul knows, wherever it is just now.
    private static readonly Uri Address = new("http://qdrant");
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private const string Collection = "collections/xnai_documents";
    private const string Points = $"{Collection}/points";

    /// <summary>Has it found in Consul.</summary>
    public static void AddTo(IServiceCollection services) =>
        services.AddHttpClient<VectorStore>(static client => (client.BaseAddress, client.Timeout) = (Address, Limit))
            .ConfigurePrimaryHttpMessageHandler(static () => new SocketsHttpHandler { UseProxy = false })
            .RemoveAllLoggers()
            .AddServiceDiscovery();

    /// <exception cref="HttpRequestException">It cannot be reached, or is not well.</exception>
    public async Task PingAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "healthz");
        using var response = await SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>The passages nearest to a vector.</summary>
    /// <exception cref="HttpRequestException">There is no vector store in Consul, it cannot be reached, or it refuses.</exception>
    public async Task<IReadOnlyList<FoundPoint>> SearchAsync(float[] vector, int limit, CancellationToken cancellationToken)
    {
        using var response = await AskAsync(vector, limit, cancellationToken);
        if (response.StatusCode != HttpStatusCode.NotFound && await ReadAsync(response, cancellationToken) is { Count: > 0 } found)
        {
            return found;
        }

        // For everybody, so that nobody who leaves meanwhile ends it; what another has begun and not ended is done here.
        await FillAsync(CancellationToken.None);
        using var again = await AskAsync(vector, limit, cancellationToken);
        return await ReadAsync(again, cancellationToken);
    }

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
        using var request = new HttpRequestMessage(method, target) { Content = JsonContent.Create(body, type) };
        return await SendAsync(request, cancellationToken);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await http.SendAsync(request, cancellationToken);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException("The vector store does not answer.", exception);
        }
        catch (InvalidOperationException exception)
        {
            // What service discovery says when it has no endpoint.
            throw new HttpRequestException("Consul knows no vector store that is well.", exception);
        }
    }
}

internal sealed record NewCollection(VectorSpace Vectors);

internal sealed record VectorSpace(int Size, string Distance);

internal sealed record NewPoints(IReadOnlyList<NewPoint> Points);

internal sealed record NewPoint(ulong Id, float[] Vector, IReadOnlyDictionary<string, string> Payload);

internal sealed record PointSearch(float[] Vector, int Limit, bool WithPayload);

internal sealed record FoundPoints(IReadOnlyList<FoundPoint> Result);

internal sealed record FoundPoint(ulong Id, double Score, IReadOnlyDictionary<string, string> Payload);
