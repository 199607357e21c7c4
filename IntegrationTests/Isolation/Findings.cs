namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>What a check of a stack's isolation came to.</summary>
/// <param name="All">What is not as declared; nothing, when all is.</param>
/// <param name="Report">What was looked at.</param>
/// <param name="Picture">The same as an SVG, where there is one.</param>
internal sealed record Findings(IReadOnlyList<Finding> All, string Report, string? Picture = null)
{
    /// <summary>Shows what was looked at, and keeps the picture with the test's results.</summary>
    public void Show(TestContext context, string name)
    {
        context.WriteLine(Report);
        if (Picture is { } picture)
        {
            // The runner's own folder of a test is gone once it has passed.
            var path = Path.Combine(AppContext.BaseDirectory, "pictures", $"{name}.svg");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, picture);
            context.AddResultFile(path);
            context.WriteLine($"Picture: {path}");
        }
    }

    /// <summary>Shows what was looked at, and fails when something is not as declared.</summary>
    public void AssertNone(TestContext context)
    {
        Show(context, context.TestName!);
        Assert.IsEmpty(All, $"{All.Count} not as declared:{Environment.NewLine}{string.Join(Environment.NewLine, All)}");
    }
}
