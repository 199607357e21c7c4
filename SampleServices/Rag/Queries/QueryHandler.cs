using XoeNovAi.Rag.Errors;

namespace XoeNovAi.Rag.Queries;

/// <summary><c>POST /query</c>.</summary>
internal sealed class QueryHandler(AnswerCache cache, AuditTrail audit, TimeProvider time)
{
    /// <exception cref="ApiException">The question is not valid, or could not be audited.</exception>
    public async Task InvokeAsync(HttpContext context)
    {
        var started = time.GetTimestamp();
        var request = await QueryRequestReader.ReadAsync(context);
        var cancelled = context.RequestAborted;

        var found = await cache.FindAsync(request, cancelled);
        var answer = found ?? AnswerGenerator.Generate(request);
        var duration = time.GetElapsedTime(started);
        var entry = new AuditEntry(Guid.CreateVersion7(), context.TraceIdentifier, request.Query, found is not null, answer.Tokens, duration.TotalMilliseconds);
        await Task.WhenAll(
            found is null ? cache.StoreAsync(request, answer, cancelled) : Task.CompletedTask,
            audit.WriteAsync(entry, cancelled));

        var total = time.GetElapsedTime(started);
        await context.Response.WriteAsJsonAsync(
            new QueryResponse(answer.Response, answer.Sources, answer.Tokens, total.TotalMilliseconds, answer.Tokens / total.TotalSeconds),
            RagJsonContext.Default.QueryResponse, cancellationToken: cancelled);
    }
}
