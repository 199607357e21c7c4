using XoeNovAi.Rag.Resilience;
using XoeNovAi.ServiceDefaults.Api;
using XoeNovAi.ServiceDefaults.Faults;

namespace XoeNovAi.Rag.Queries;

/// <summary>Answers questions, from the cache where it can, and has each written down before it is answered.</summary>
internal sealed class QueryService(AnswerCache cache, AuditTrail audit, Breakers breakers, FaultSwitch faults, TimeProvider time)
{
    /// <exception cref="ApiException">The question could not be audited.</exception>
    /// <exception cref="LlmUnavailableException">The model gives no answer, and the cache has none.</exception>
    public async Task<Answer> AnswerAsync(QueryRequest request, string requestId, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var found = await cache.FindAsync(request, cancellationToken);
        var answer = found ?? await GenerateAsync(request);
        var entry = new AuditEntry(Guid.CreateVersion7(), requestId, request.Query, found is not null, answer.Tokens, time.GetElapsedTime(started).TotalMilliseconds);
        await Task.WhenAll(
            found is null ? cache.StoreAsync(request, answer, cancellationToken) : Task.CompletedTask,
            audit.WriteAsync(entry, cancellationToken));
        return answer;
    }

    private async Task<Answer> GenerateAsync(QueryRequest request)
    {
        try
        {
            return await breakers.Llm.ExecuteAsync(() =>
            {
                faults.ThrowIfFailing("llm");
                return Task.FromResult(AnswerGenerator.Generate(request));
            });
        }
        catch (BreakerOpenException exception)
        {
            throw new LlmUnavailableException("LLM service unavailable (circuit open)", exception);
        }
        catch (InjectedFaultException exception)
        {
            throw new LlmUnavailableException("LLM service unavailable", exception);
        }
    }
}
