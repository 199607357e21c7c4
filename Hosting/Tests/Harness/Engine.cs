using XoeNovAi.Hosting.Podman.Setup;

namespace XoeNovAi.Hosting.Tests.Harness;

/// <summary>Podman, as the application calls it.</summary>
internal static class Engine
{
    private static readonly PodmanEnvironment _environment = PodmanEnvironment.Find();
    private static readonly PodmanCli _podman = new(_environment, TimeProvider.System);

    /// <summary>The folder the command is in.</summary>
    public static string Folder => Path.GetDirectoryName(_environment.Command)!;

    /// <summary>The folder Podman keeps its state in, as long as the machine runs.</summary>
    public static string RuntimeFolder => _environment.NamesFolder[.._environment.NamesFolder.IndexOf("/containers/networks", StringComparison.Ordinal)];

    /// <summary>The folder of the runs.</summary>
    public static string RunRoot => _environment.RunRoot;

    /// <summary>The lines a command prints; it must end well.</summary>
    public static async Task<string[]> RunAsync(CancellationToken cancellationToken, params IEnumerable<string> arguments)
        => (await _podman.RunAsync(arguments, cancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>What a command prints in a container.</summary>
    public static async Task<string> ExecuteAsync(string container, string script, CancellationToken cancellationToken)
        => await _podman.RunAsync(["exec", container, "sh", "-c", script], cancellationToken);

    /// <summary>What Podman has that carries a label: containers and networks.</summary>
    public static async Task<IReadOnlyList<string>> LabelledAsync(string label, CancellationToken cancellationToken)
        => [.. await RunAsync(cancellationToken, "ps", "-a", "--format", "{{.Names}}", "--filter", $"label={label}"), .. await RunAsync(cancellationToken, "network", "ls", "--format", "{{.Name}}", "--filter", $"label={label}")];
}
