using XoeNovAi.ServiceDefaults.Api;

namespace XoeNovAi.Rag.Queries;

/// <summary>Reads and checks a question.</summary>
internal static class QueryRequestReader
{
    public const int LongestQuery = 2000;

    private const int MaximumTokens = 2048;
    private const int DefaultTokens = 512;
    private const double DefaultTemperature = 0.7;
    private const double HighestTemperature = 2;
    private const double DefaultTopP = 0.95;

    public static async Task<QueryRequest> ReadAsync(HttpContext context)
    {
        if (HttpMethods.IsGet(context.Request.Method))
        {
            var query = RequestBody.CheckText("query", context.Request.Query["query"], LongestQuery);
            return new QueryRequest(query, true, DefaultTokens, DefaultTemperature, DefaultTopP);
        }

        using var body = await RequestBody.ReadAsync(context);
        return new QueryRequest(
            body.Text("query", LongestQuery),
            body.Boolean("use_rag", true),
            body.WholeNumber("max_tokens", 1, MaximumTokens, DefaultTokens),
            body.Number("temperature", 0, HighestTemperature, DefaultTemperature),
            body.Number("top_p", 0, 1, DefaultTopP));
    }
}

/// <summary>A question, checked.</summary>
internal sealed record QueryRequest(string Query, bool UseRag, int MaxTokens, double Temperature, double TopP);
