using System.Diagnostics;
using System.Text.Json;
using XoeNovAi.Hosting.Podman.Setup;

namespace XoeNovAi.BootBenchmark;

/// <summary>The podman that is called, in the way the AppHost calls it.</summary>
internal sealed class BenchmarkPodman
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly PodmanEnvironment _environment = PodmanEnvironment.Find();
    private readonly PodmanCli _podman;

    public BenchmarkPodman() => _podman = new(_environment, TimeProvider.System);

    /// <summary>Where runs have their folders.</summary>
    public string RunRoot => _environment.RunRoot;

    /// <summary>The folder it is found in, for those who look for it on the PATH.</summary>
    public string Folder => Path.GetDirectoryName(_environment.Command)!;

    public Task<string> RunAsync(IEnumerable<string> arguments, CancellationToken cancellationToken) => _podman.RunAsync(arguments, cancellationToken);

    /// <summary>Unpacks an archive at a container's root; a copy of it stays in the temporary folder, in which Podman's user may make files.</summary>
    public Task UnpackAsync(string container, Stream archive, string temporary, CancellationToken cancellationToken) => _podman.UnpackAsync(container, archive, temporary, cancellationToken);

    public async Task<JsonDocument> InspectAsync(IEnumerable<string> arguments, CancellationToken cancellationToken)
        => JsonDocument.Parse(await _podman.RunAsync(arguments, cancellationToken));

    /// <summary>Waits until containers are no more; whether there was something to wait for.</summary>
    /// <exception cref="InvalidOperationException">Some stay.</exception>
    public async Task<bool> WaitUntilGoneAsync(IReadOnlyList<string> ids)
    {
        var waiting = Stopwatch.StartNew();
        for (var asked = 0; ; asked++)
        {
            var left = (await _podman.RunAsync(["ps", "-aq", "--no-trunc"], CancellationToken.None)).Split('\n').Intersect(ids).ToList();
            if (left.Count == 0)
            {
                return asked > 0;
            }

            if (waiting.Elapsed > Patience)
            {
                throw new InvalidOperationException($"{left.Count} containers were still there {Patience.TotalSeconds:0} s after the stop: {string.Join(' ', left)}.");
            }

            await Task.Delay(Pause);
        }
    }
}
