namespace XoeNovAi.TestSupport;

/// <summary>The scenario of the catalogue that a test covers. It is a category too: <c>--filter TestCategory=DISC-01</c>.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class ScenarioAttribute(string id) : TestCategoryBaseAttribute
{
    /// <summary>The scenario, such as DISC-01.</summary>
    public string Id { get; } = id;

    /// <inheritdoc />
    public override IList<string> TestCategories => [Id];
}
