using System.Globalization;
using XoeNovAi.Hosting.Podman.Setup;

namespace XoeNovAi.Hosting.Podman.Hardening;

/// <summary>Says in Podman's words what a container is kept from, and its limits where they hold.</summary>
internal sealed class HardeningArguments(PodmanEnvironment environment, ResourceLoggerService loggers)
{
    // Podman would mount one there that only root may write to: what runs as somebody else puts its sockets and process ids there too.
    // Not every runtime obeys the mode: runc 1.1.5 does not (README).
    private const string RunFolder = "/run:mode=1777";

    /// <summary>Whether the container's root file system is read-only.</summary>
    public static bool HasReadOnlyRoot(IResource container) => Of(container.Annotations).ReadOnlyRoot;

    /// <summary>The options.</summary>
    /// <param name="container">The container.</param>
    /// <param name="owner">Whose user namespace it shares; null when it has its own.</param>
    public IReadOnlyList<string> Of(ContainerResource container, string? owner)
    {
        var hardening = Of(container.Annotations);
        List<string> arguments =
        [
            "--cap-drop=ALL",
            "--security-opt=no-new-privileges",
            owner is null ? string.Create(CultureInfo.InvariantCulture, $"--userns=auto:size={hardening.UserNamespaceSize}") : $"--userns=container:{owner}",
            .. hardening.Capabilities.Select(static c => $"--cap-add={c}"),
            .. hardening.TemporaryFolders.Prepend(RunFolder).Select(static f => $"--tmpfs={f}"),
        ];
        if (hardening.ReadOnlyRoot)
        {
            arguments.Add("--read-only");
        }

        if (hardening.User is { } user)
        {
            arguments.Add($"--user={user}");
        }

        arguments.AddRange(LimitsOf(container));
        return arguments;
    }

    private static ContainerHardening Of(ResourceAnnotationCollection annotations) => annotations.OfType<ContainerHardening>().LastOrDefault() ?? new();

    private IEnumerable<string> LimitsOf(ContainerResource container)
    {
        var limits = container.Annotations.OfType<ContainerLimits>().LastOrDefault();
        (bool Holds, string? Argument)[] wanted =
        [
            (environment.LimitsMemory, limits?.MemoryMegabytes is { } memory ? string.Create(CultureInfo.InvariantCulture, $"--memory={memory}m") : null),
            (environment.LimitsCpus, limits?.Cpus is { } cpus ? string.Create(CultureInfo.InvariantCulture, $"--cpus={cpus}") : null),
            (environment.LimitsPids, string.Create(CultureInfo.InvariantCulture, $"--pids-limit={ContainerLimits.MostProcesses}")),
        ];
        var left = wanted.Where(static w => w is { Holds: false, Argument: not null }).Select(static w => w.Argument).ToList();
        if (left.Count > 0)
        {
            loggers.GetLogger(container).LogWarning("Not enforceable on this machine and left out: {Limits}. 'eng/doctor' says why.", string.Join(' ', left));
        }

        return wanted.Where(static w => w is { Holds: true, Argument: not null }).Select(static w => w.Argument!);
    }
}
