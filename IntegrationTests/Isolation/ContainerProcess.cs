namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>A process of a container, as the host's /proc shows it.</summary>
/// <param name="Container">Whose it is.</param>
/// <param name="ProcessId">Its id on the host.</param>
/// <param name="Status">The lines of its status.</param>
/// <param name="UserMap">Its user ids: first inside, first on the host, how many.</param>
/// <param name="Namespaces">Its namespaces, by kind.</param>
internal sealed record ContainerProcess(
    StackContainer Container,
    int ProcessId,
    IReadOnlyDictionary<string, string> Status,
    IReadOnlyList<(long Inside, long Host, long Count)> UserMap,
    IReadOnlyDictionary<string, string> Namespaces)
{
    /// <summary>Its real, effective, saved and file system user on the host.</summary>
    public IReadOnlyList<long> HostUsers => [.. Status["Uid"].Split('\t').Select(static u => long.Parse(u, System.Globalization.CultureInfo.InvariantCulture))];

    /// <inheritdoc />
    public override string ToString() => $"{Container.Name}: {Status["Name"]} ({ProcessId})";
}
