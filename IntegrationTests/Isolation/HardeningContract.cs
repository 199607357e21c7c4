namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>
/// What the contract says of every container, whatever the model declares: a model that asks for more is what this is to find. A
/// foreign image that cannot live by it is named here, with what it needs.
/// </summary>
internal static class HardeningContract
{
    // By resource; none of the stack's own images needs any.
    private static readonly Dictionary<string, string[]> MoreCapabilities = new(StringComparer.Ordinal);
    private static readonly HashSet<string> WritableRoots = new(StringComparer.Ordinal);

    // Megabytes and processors, by service; of several instances each.
    private static readonly Dictionary<string, (int? Memory, double? Cpus)> Most = new(StringComparer.Ordinal)
    {
        ["consul"] = (256, 0.2),
        ["redis"] = (512, 0.5),
        ["postgres"] = (768, 1),
        ["qdrant"] = (1024, 1),
        ["rag"] = (1536, 2),
        ["oikos"] = (1024, 1),
        ["curation-worker"] = (1536, null),
        ["gateway"] = (256, null),
        ["chainlit"] = (1024, null),
        ["open-webui"] = (1024, null),
    };

    /// <summary>The capabilities a container may have.</summary>
    public static IReadOnlyList<string> CapabilitiesOf(string container) => MoreCapabilities.GetValueOrDefault(container, []);

    /// <summary>Whether a container's root file system is read-only.</summary>
    public static bool HasReadOnlyRoot(string container) => !WritableRoots.Contains(container);

    /// <summary>What a container may use at most; null where the contract says nothing.</summary>
    public static (int? Memory, double? Cpus) LimitsOf(string container)
        => Most.GetValueOrDefault(container.StartsWith("rag-", StringComparison.Ordinal) ? "rag" : container);
}
