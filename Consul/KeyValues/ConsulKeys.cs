using XoeNovAi.Consul.Client;

namespace XoeNovAi.Consul.KeyValues;

/// <summary>Keys and their values.</summary>
public sealed class ConsulKeys
{
    private readonly ConsulTransport _transport;

    internal ConsulKeys(ConsulTransport transport) => _transport = transport;

    /// <summary>The value of a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="options">How it is asked.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The value, null when there is no such key.</returns>
    /// <exception cref="ConsulException">Consul refuses, or cannot answer.</exception>
    public Task<ConsulAnswer<byte[]?>> GetAsync(string key, QueryOptions options, CancellationToken cancellationToken) =>
        _transport.GetAsync(new ConsulPath("kv/", key).With("raw"), options, cancellationToken);

    /// <summary>A key with what Consul knows of it.</summary>
    /// <param name="key">The key.</param>
    /// <param name="options">How it is asked.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The key, null when there is no such one.</returns>
    /// <exception cref="ConsulException">Consul refuses, or cannot answer.</exception>
    public async Task<ConsulAnswer<KeyValueEntry?>> EntryAsync(string key, QueryOptions options, CancellationToken cancellationToken)
    {
        var (entries, index) = await ReadAsync(new("kv/", key), options, cancellationToken);
        return new(entries.Count == 0 ? null : entries[0], index);
    }

    /// <summary>The keys that begin with a prefix.</summary>
    /// <param name="prefix">The prefix.</param>
    /// <param name="options">How it is asked.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The keys, in their order.</returns>
    /// <exception cref="ConsulException">Consul refuses, or cannot answer.</exception>
    public Task<ConsulAnswer<IReadOnlyList<KeyValueEntry>>> ListAsync(string prefix, QueryOptions options, CancellationToken cancellationToken) =>
        ReadAsync(new ConsulPath("kv/", prefix).With("recurse"), options, cancellationToken);

    /// <summary>Writes a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">Its value.</param>
    /// <param name="write">What must hold; null for nothing.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Whether it held, and the key is written.</returns>
    /// <exception cref="ConsulException">Consul refuses, or cannot answer.</exception>
    public async Task<bool> PutAsync(string key, ReadOnlyMemory<byte> value, KeyWrite? write, CancellationToken cancellationToken)
    {
        var path = new ConsulPath("kv/", key).With("cas", write?.CheckAndSet).With("acquire", write?.Acquire).With("release", write?.Release);
        return IsTrue(await _transport.AskAsync(HttpMethod.Put, path, new ReadOnlyMemoryContent(value), cancellationToken));
    }

    /// <summary>Removes a key, or all that begin with it.</summary>
    /// <param name="key">The key, or the prefix.</param>
    /// <param name="recurse">Whether it is a prefix.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>A task that completes when there is no such key any more.</returns>
    /// <exception cref="ConsulException">Consul refuses, or cannot answer.</exception>
    public Task DeleteAsync(string key, bool recurse, CancellationToken cancellationToken) =>
        _transport.AskAsync(HttpMethod.Delete, recurse ? new ConsulPath("kv/", key).With("recurse") : new ConsulPath("kv/", key), null, cancellationToken);

    private async Task<ConsulAnswer<IReadOnlyList<KeyValueEntry>>> ReadAsync(ConsulPath path, QueryOptions options, CancellationToken cancellationToken)
    {
        var (bytes, index) = await _transport.GetAsync(path, options, cancellationToken);
        return new(bytes is null ? [] : _transport.Read(path, bytes, ConsulJsonContext.Default.IReadOnlyListKeyValueEntry), index);
    }

    private static bool IsTrue(byte[] answer) => answer.AsSpan().TrimEnd("\n "u8).SequenceEqual("true"u8);
}

/// <summary>A key with what Consul knows of it.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">Its value; null when that is empty.</param>
/// <param name="ModifyIndex">The index of its last change, by which a change is made only if there was none in between.</param>
/// <param name="Session">The session that holds it; null when none does.</param>
public sealed record KeyValueEntry(string Key, byte[]? Value, ulong ModifyIndex, string? Session);

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
