using System.Collections.Concurrent;

namespace XoeNovAi.Qdrant.Collections;

/// <summary>The collections, in memory: a stand-in that restarts is empty, and who uses it fills it again.</summary>
internal sealed class CollectionStore
{
    private readonly ConcurrentDictionary<string, Collection> _collections = new(StringComparer.Ordinal);

    public IReadOnlyList<string> Names => [.. _collections.Keys.Order(StringComparer.Ordinal)];

    public bool TryAdd(string name, Collection collection) => _collections.TryAdd(name, collection);

    public Collection? Find(string name) => _collections.GetValueOrDefault(name);
}
