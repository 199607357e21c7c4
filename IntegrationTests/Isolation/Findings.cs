namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>What a check of a stack's isolation came to.</summary>
/// <param name="All">What is not as declared; nothing, when all is.</param>
/// <param name="Report">What was looked at.</param>
internal sealed record Findings(IReadOnlyList<Finding> All, string Report)
{
    /// <summary>Shows what was looked at, and fails when something is not as declared.</summary>
    public void AssertNone(TestContext context)
    {
        context.WriteLine(Report);
        Assert.IsEmpty(All, $"{All.Count} not as declared:{Environment.NewLine}{string.Join(Environment.NewLine, All)}");
    }
}
