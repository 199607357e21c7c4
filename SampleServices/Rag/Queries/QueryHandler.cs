using XoeNovAi.ServiceDefaults.Api;

namespace XoeNovAi.Rag.Queries;

/// <summary><c>POST /query</c>.</summary>
internal sealed class QueryHandler(QueryService queries, TimeProvider time)
{
    /// <exception cref="ApiException">The question is not valid, or could not be audited.</exception>
    public async Task InvokeAsync(HttpContext context)
    {
        var started = time.GetTimestamp();
        var request = await QueryRequestReader.ReadAsync(context);
        var found = await queries.FindAsync(request, context.RequestAborted);
        await queries.WriteDownAsync(found, context.TraceIdentifier, context.RequestAborted);
        var answer = found.Answer;
        var total = time.GetElapsedTime(started);
        await context.Response.WriteAsJsonAsync(
            new QueryResponse(answer.Response, answer.Sources, answer.Tokens, total.TotalMilliseconds, answer.Tokens / total.TotalSeconds),
            RagJsonContext.Default.QueryResponse, cancellationToken: context.RequestAborted);
    }
}

/// <summary>The body of the answer to a question.</summary>
internal sealed record QueryResponse(
    string Response,
    IReadOnlyList<string> Sources,
    int TokensGenerated,
    double DurationMs,
    double TokenRateTps);
