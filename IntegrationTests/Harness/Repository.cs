namespace XoeNovAi.IntegrationTests.Harness;

/// <summary>The checkout these tests were built of.</summary>
internal static class Repository
{
    /// <summary>Its folder.</summary>
    public static string Root { get; } = Path.GetDirectoryName(Projects.AppHost.ProjectPath)!;
}
