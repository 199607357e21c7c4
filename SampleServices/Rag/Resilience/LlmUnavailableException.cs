namespace XoeNovAi.Rag.Resilience;

/// <summary>The model gives no answer.</summary>
internal sealed class LlmUnavailableException(string message, Exception inner) : Exception(message, inner)
{
    public bool IsCircuitOpen => InnerException is BreakerOpenException;
}
