namespace XoeNovAi.BootBenchmark;

/// <summary>A container of the AppHost's, as podman was told to make it.</summary>
/// <param name="Resource">The resource it belongs to.</param>
/// <param name="Arguments">The arguments of <c>podman create</c>, without names, labels and published ports.</param>
/// <param name="Ports">The ports it listens on, published.</param>
/// <param name="Files">The files it mounts, singly or with their folder.</param>
/// <param name="CheckPath">What answers 200 when it is healthy; null when it does not speak HTTP.</param>
/// <param name="WaitsFor">The containers it waits for.</param>
internal sealed record RecordedContainer(
    string Resource,
    IReadOnlyList<string> Arguments,
    IReadOnlyList<int> Ports,
    IReadOnlyList<RecordedFile> Files,
    string? CheckPath,
    IReadOnlyList<string> WaitsFor)
{
    /// <summary>A secret it was given.</summary>
    public string? Secret(string name) => Files.FirstOrDefault(f => f.ContainerPath == $"/run/secrets/{name}")?.Text;
}
