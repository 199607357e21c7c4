using XoeNovAi.ServiceDefaults.Api;

namespace XoeNovAi.Rag.Queries;

/// <summary>Answers questions, from the cache where it can, and has each written down before it is answered.</summary>
internal sealed class QueryService(AnswerCache cache, AuditTrail audit, TimeProvider time)
{
    /// <exception cref="ApiException">The question could not be audited.</exception>
    public async Task<Answer> AnswerAsync(QueryRequest request, string requestId, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var found = await cache.FindAsync(request, cancellationToken);
        var answer = found ?? AnswerGenerator.Generate(request);
        var entry = new AuditEntry(Guid.CreateVersion7(), requestId, request.Query, found is not null, answer.Tokens, time.GetElapsedTime(started).TotalMilliseconds);
        await Task.WhenAll(
            found is null ? cache.StoreAsync(request, answer, cancellationToken) : Task.CompletedTask,
            audit.WriteAsync(entry, cancellationToken));
        return answer;
    }
}
