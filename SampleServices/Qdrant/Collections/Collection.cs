using System.Collections.Concurrent;

namespace XoeNovAi.Qdrant.Collections;

/// <summary>Vectors of one size, compared by the angle between them.</summary>
internal sealed class Collection(int size)
{
    private readonly ConcurrentDictionary<ulong, Point> _points = new();

    public int Size => size;

    public int Count => _points.Count;

    public void Upsert(Point point) => _points[point.Id] = point;

    public IReadOnlyList<ScoredPoint> Search(SearchPoints search) =>
        [.. _points.Values
            .Select(point => new ScoredPoint(point.Id, Cosine(point.Vector, search.Vector), point.Payload))
            .Where(found => found.Score >= search.ScoreThreshold)
            .OrderByDescending(static found => found.Score).ThenBy(static found => found.Id)
            .Take(search.Limit)];

    private static double Cosine(float[] left, float[] right)
    {
        double dot = 0, ofLeft = 0, ofRight = 0;
        for (var i = 0; i < left.Length; i++)
        {
            dot += (double)left[i] * right[i];
            ofLeft += (double)left[i] * left[i];
            ofRight += (double)right[i] * right[i];
        }

        return ofLeft == 0 || ofRight == 0 ? 0 : dot / Math.Sqrt(ofLeft * ofRight);
    }
}

/// <summary>The collections, in memory: a stand-in that restarts is empty, and who uses it fills it again.</summary>
internal sealed class CollectionStore
{
    private readonly ConcurrentDictionary<string, Collection> _collections = new(StringComparer.Ordinal);

    public IReadOnlyList<string> Names => [.. _collections.Keys.Order(StringComparer.Ordinal)];

    public bool TryAdd(string name, Collection collection) => _collections.TryAdd(name, collection);

    public Collection? Find(string name) => _collections.GetValueOrDefault(name);
}

/// <summary>A vector and what it stands for.</summary>
internal sealed record Point
{
    public required ulong Id { get; init; }

    public required float[] Vector { get; init; }

    public IReadOnlyDictionary<string, string> Payload { get; init; } = new Dictionary<string, string>();
}

internal sealed record ScoredPoint(ulong Id, double Score, IReadOnlyDictionary<string, string> Payload);
