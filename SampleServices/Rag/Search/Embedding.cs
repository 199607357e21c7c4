namespace XoeNovAi.Rag.Search;

/// <summary>Stands in for the embedding model: texts with words in common are near each other, and the same text is always at the same place.</summary>
internal static class Embedding
{
    public const int Size = 256;

    public static float[] Of(string text)
    {
        var vector = new float[Size];
        foreach (var word in Words(text))
        {
            vector[Hash(word) % Size]++;
        }

        return vector;
    }

    public static IReadOnlySet<string> Words(string text)
    {
        var words = new HashSet<string>(StringComparer.Ordinal);
        foreach (var range in text.AsSpan().SplitAny(' ', '\t', '\n', '\r', ',', '.', ';', ':', '!', '?', '(', ')', '"', '\''))
        {
            if (!text.AsSpan()[range].IsEmpty)
            {
                words.Add(text[range].ToLowerInvariant());
            }
        }

        return words;
    }

    // FNV-1a: the framework's own hash of a text is another one in every process.
    private static uint Hash(string word)
    {
        var hash = 2166136261u;
        foreach (var character in word)
        {
            hash = (hash ^ character) * 16777619;
        }

        return hash;
    }
}
