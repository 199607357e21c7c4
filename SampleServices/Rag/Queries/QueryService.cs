using XoeNovAi.Rag.Resilience;
using XoeNovAi.ServiceDefaults.Api;
using XoeNovAi.ServiceDefaults.Faults;

namespace XoeNovAi.Rag.Queries;

/// <summary>Answers questions, from the cache where it can, and has each written down before it is answered.</summary>
internal sealed class QueryService(AnswerCache cache, AuditTrail audit, Breakers breakers, FaultSwitch faults, TimeProvider time)
{
    /// <summary>The answer to a question. It must be written down before anything of it is sent.</summary>
    /// <exception cref="LlmUnavailableException">The model gives no answer, and the cache has none.</exception>
    public async Task<FoundAnswer> FindAsync(QueryRequest request, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var cached = await cache.FindAsync(request, cancellationToken);
        return new(request, cached ?? await GenerateAsync(request), cached is not null, started);
    }

    /// <summary>Keeps an answer, and writes down that it is given.</summary>
    /// <exception cref="ApiException">The question could not be audited.</exception>
    public Task WriteDownAsync(FoundAnswer found, string requestId, CancellationToken cancellationToken)
    {
        var entry = new AuditEntry(Guid.CreateVersion7(), requestId, found.Request.Query, found.IsCached, found.Answer.Tokens, time.GetElapsedTime(found.Started).TotalMilliseconds);
        return Task.WhenAll(
            found.IsCached ? Task.CompletedTask : cache.StoreAsync(found.Request, found.Answer, cancellationToken),
            audit.WriteAsync(entry, cancellationToken));
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

/// <summary>An answer that nobody has been given yet.</summary>
/// <param name="Request">The question.</param>
/// <param name="Answer">The answer.</param>
/// <param name="IsCached">Whether it was given before.</param>
/// <param name="Started">When it was asked for, on the clock's own count.</param>
internal sealed record FoundAnswer(QueryRequest Request, Answer Answer, bool IsCached, long Started);
