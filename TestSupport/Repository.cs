namespace XoeNovAi.TestSupport;

/// <summary>The checkout these tests were built of.</summary>
public static class Repository
{
    private const string Solution = "XoeNovAi.sln";

    /// <summary>Its folder.</summary>
    public static string Root { get; } = Above(new(AppContext.BaseDirectory)).FirstOrDefault(static f => File.Exists(Path.Combine(f, Solution)))
        ?? throw new StackException($"'{Solution}' was not found above '{AppContext.BaseDirectory}'.");

    private static IEnumerable<string> Above(DirectoryInfo folder)
    {
        for (var parent = folder; parent is not null; parent = parent.Parent)
        {
            yield return parent.FullName;
        }
    }
}
