namespace XoeNovAi.Rag.Resilience;

/// <summary>A call that was not made because its breaker is open.</summary>
internal sealed class BreakerOpenException() : Exception("The circuit is open.");
