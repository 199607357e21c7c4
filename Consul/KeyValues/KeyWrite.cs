namespace XoeNovAi.Consul.KeyValues;

/// <summary>What must hold for a key to be written.</summary>
public sealed record KeyWrite
{
    /// <summary>The index of the last change that is known; 0 when there must be no such key.</summary>
    public ulong? CheckAndSet { get; init; }

    /// <summary>The session that takes the key with it; nobody else may hold it.</summary>
    public string? Acquire { get; init; }

    /// <summary>The session that lets go of the key with it, which must be its holder.</summary>
    public string? Release { get; init; }
}
