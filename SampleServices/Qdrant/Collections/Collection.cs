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
