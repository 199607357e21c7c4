namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>Whether a container has a socket by which it could start others.</summary>
internal static class EngineSocketCheck
{
    private static readonly string[] Engines = ["podman", "docker", "containerd", "buildkit", "crio"];

    public static async Task<Findings> RunAsync(ObservedStack stack, CancellationToken cancellationToken)
    {
        var reader = new ContainerProcesses(stack);
        var sockets = new List<(StackContainer Container, string Path)>();
        foreach (var container in await StackContainers.FindAsync(stack, cancellationToken))
        {
            sockets.AddRange((await reader.SocketsAsync(container, cancellationToken)).Select(s => (container, s)));
        }

        // PostgreSQL has one of its own: had it not been seen, nothing had been looked at.
        Assert.IsNotEmpty(sockets, "Not one socket was found, not even PostgreSQL's own.");
        return new(
            [.. sockets.Where(static s => Engines.Any(e => s.Path.Contains(e, StringComparison.OrdinalIgnoreCase))).Select(static s => new Finding(s.Container.Name, "sockets", "none of a container engine", s.Path))],
            string.Join(Environment.NewLine, sockets.Select(static s => $"{s.Container}: {s.Path}")));
    }
}
