namespace XoeNovAi.MemoryBank.Memory;

/// <summary>What an agent remembers of one kind.</summary>
/// <param name="ContextId">Agent, kind and tier.</param>
/// <param name="Version">How often it was changed.</param>
/// <param name="Content">What is remembered, as JSON.</param>
internal sealed record MemoryContext(string ContextId, int Version, string Content);
