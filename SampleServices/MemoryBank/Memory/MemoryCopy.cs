namespace XoeNovAi.MemoryBank.Memory;

/// <summary>A memory as the cache has it.</summary>
/// <param name="Memory">The memory.</param>
/// <param name="AsOf">The moment before it was read: it is not older.</param>
internal sealed record MemoryCopy(MemoryContext Memory, DateTimeOffset AsOf);
