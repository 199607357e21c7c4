using System.Security.Cryptography;
using System.Text;
using XoeNovAi.Rag.Queries;
using XoeNovAi.ServiceDefaults.Api;

namespace XoeNovAi.Rag.Search;

/// <summary><c>POST /search</c>: made-up documents, always the same for the same search.</summary>
internal sealed class SearchHandler(TimeProvider time)
{
    private const int MostResults = 50;
    private const int DefaultResults = 5;
    private const double DefaultAlpha = 0.5;
    private const double Step = 0.02;

    /// <exception cref="ApiException">The search is not valid.</exception>
    public async Task InvokeAsync(HttpContext context)
    {
        var started = time.GetTimestamp();
        using var body = await RequestBody.ReadAsync(context);
        var query = body.Text("query", QueryRequestReader.LongestQuery);
        var count = body.WholeNumber("top_k", 1, MostResults, DefaultResults);
        var least = body.Number("min_score", 0, 1, 0);
        var alpha = body.Number("alpha", 0, 1, DefaultAlpha);
        body.RequireObject("filters");

        var seed = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(query)), 0, 4);
        SearchResult[] results =
        [
            .. Enumerable.Range(1, count)
                .Select(rank => new SearchResult($"doc-{seed}-{rank}", rank, Math.Round(1 - (rank * Step * alpha), 4),
                    $"Passage {rank} about: {query}", new Dictionary<string, string> { ["source"] = "sample" }))
                .Where(result => result.Score >= least),
        ];
        await context.Response.WriteAsJsonAsync(
            new SearchResponse(context.TraceIdentifier, query, results.Length, results, time.GetElapsedTime(started).TotalMilliseconds, time.GetUtcNow()),
            RagJsonContext.Default.SearchResponse, cancellationToken: context.RequestAborted);
    }
}
