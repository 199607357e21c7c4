namespace XoeNovAi.BootBenchmark;

/// <summary>A container of the AppHost's, as podman was told to make it.</summary>
/// <param name="Resource">The resource it belongs to.</param>
/// <param name="Arguments">The arguments of <c>podman create</c>, without names, labels and published ports.</param>
/// <param name="Ports">The ports it listens on, published.</param>
/// <param name="Secrets">Environment that came in a file.</param>
/// <param name="Files">A tar of the files that were put into it; null for none.</param>
/// <param name="CheckPath">What answers 200 when it is healthy; null when it does not speak HTTP.</param>
/// <param name="WaitsFor">The containers it waits for.</param>
internal sealed record RecordedContainer(
    string Resource,
    IReadOnlyList<string> Arguments,
    IReadOnlyList<int> Ports,
    IReadOnlyList<string> Secrets,
    byte[]? Files,
    string? CheckPath,
    IReadOnlyList<string> WaitsFor)
{
    public string? Secret(string name) => Secrets.FirstOrDefault(s => s.StartsWith($"{name}=", StringComparison.Ordinal))?[(name.Length + 1)..];
}
