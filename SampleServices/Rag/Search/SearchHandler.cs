using XoeNovAi.Rag.Queries;
using XoeNovAi.ServiceDefaults.Api;

namespace XoeNovAi.Rag.Search;

/// <summary>
/// <c>POST /search</c>: what the vector store finds, ranked by how near a passage is and by how many of the query's words it has;
/// <c>alpha</c> weighs one against the other.
/// </summary>
internal sealed class SearchHandler(VectorStore store, TimeProvider time, ILogger<SearchHandler> logger)
{
    private const int MostResults = 50;
    private const int DefaultResults = 5;
    private const double DefaultAlpha = 0.5;

    /// <exception cref="ApiException">The search is not valid, or the vector store is away.</exception>
    public async Task InvokeAsync(HttpContext context)
    {
        var started = time.GetTimestamp();
        using var body = await RequestBody.ReadAsync(context);
        var query = body.Text("query", QueryRequestReader.LongestQuery);
        var count = body.WholeNumber("top_k", 1, MostResults, DefaultResults);
        var least = body.Number("min_score", 0, 1, 0);
        var alpha = body.Number("alpha", 0, 1, DefaultAlpha);
        var filters = body.Texts("filters");

        var words = Embedding.Words(query);
        var found = await FindAsync(query, context.RequestAborted);
        SearchResult[] results =
        [
            .. found.Where(point => filters.All(filter => point.Payload.GetValueOrDefault(filter.Key) == filter.Value))
                .Select(point => (Point: point, Score: Math.Round((alpha * Math.Clamp(point.Score, 0, 1)) + ((1 - alpha) * Shared(words, point)), 4)))
                .Where(scored => scored.Score >= least)
                .OrderByDescending(static scored => scored.Score).ThenBy(static scored => scored.Point.Id)
                .Take(count)
                .Select(static (scored, index) => new SearchResult($"doc-{scored.Point.Id}", index + 1, scored.Score, Content(scored.Point), Metadata(scored.Point))),
        ];
        await context.Response.WriteAsJsonAsync(
            new SearchResponse(context.TraceIdentifier, query, results.Length, results, time.GetElapsedTime(started).TotalMilliseconds, time.GetUtcNow()),
            RagJsonContext.Default.SearchResponse, cancellationToken: context.RequestAborted);
    }

    private static string Content(FoundPoint point) => point.Payload.GetValueOrDefault(Document.ContentField) ?? string.Empty;

    private static Dictionary<string, string> Metadata(FoundPoint point) =>
        point.Payload.Where(static field => field.Key != Document.ContentField).ToDictionary(static field => field.Key, static field => field.Value);

    // The share of the query's words that the passage has.
    private static double Shared(IReadOnlySet<string> words, FoundPoint point) =>
        words.Count == 0 ? 0 : (double)Embedding.Words(Content(point)).Count(words.Contains) / words.Count;

    // As many as could be asked for: the words may put another order to them.
    private async Task<IReadOnlyList<FoundPoint>> FindAsync(string query, CancellationToken cancellationToken)
    {
        try
        {
            return await store.SearchAsync(Embedding.Of(query), MostResults, cancellationToken);
        }
        catch (HttpRequestException exception)
        {
            logger.LogWarning("The vector store does not answer: {Reason}", exception.Message);
            throw ApiException.Unavailable("The vector store", exception);
        }
    }
}

/// <summary>The body of the answer to a search.</summary>
internal sealed record SearchResponse(
    string RequestId,
    string Query,
    int ResultCount,
    IReadOnlyList<SearchResult> Results,
    double ExecutionTimeMs,
    DateTimeOffset Timestamp);

internal sealed record SearchResult(string Id, int Rank, double Score, string Content, IReadOnlyDictionary<string, string> Metadata);
