using System.Collections.Concurrent;
using XoeNovAi.Hosting.Podman.Runs;
using XoeNovAi.Hosting.Podman.Setup;

namespace XoeNovAi.Hosting.Podman.Volumes;

/// <summary>The volumes of a run: containers that are made again find in them what they left, and with the run they go.</summary>
internal sealed class RunVolumes(PodmanCli podman, PodmanRun run)
{
    private readonly ConcurrentDictionary<string, bool> _made = new(StringComparer.Ordinal);

    /// <summary>Makes the volumes of a container, where they are not there yet; what Podman is told to mount them.</summary>
    public async Task<IReadOnlyList<string>> ArgumentsOfAsync(IResource container, CancellationToken cancellationToken)
    {
        var arguments = new List<string>();
        foreach (var (volume, index) in container.Annotations.OfType<RunVolumeAnnotation>().Select(static (v, i) => (v, i)))
        {
            var name = $"{container.Name.ToLowerInvariant()}{index}-{run.Id}";
            if (_made.TryAdd(name, true))
            {
                await podman.RunAsync(["volume", "create", "--label", run.LabelArgument, name], cancellationToken).ConfigureAwait(false);
            }

            // Each container has a user namespace of its own, in which the files get the ids of its user.
            arguments.AddRange(["-v", $"{name}:{volume.Target}:U"]);
        }

        return arguments;
    }

    /// <summary>Removes them, when their containers are gone.</summary>
    /// <returns>Whether none is left.</returns>
    public async Task<bool> RemoveAsync(CancellationToken cancellationToken)
        => _made.IsEmpty || (await podman.TryRunAsync(["volume", "rm", "-f", .. _made.Keys], cancellationToken).ConfigureAwait(false)).ExitCode == 0;
}
