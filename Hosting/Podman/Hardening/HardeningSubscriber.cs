using System.Globalization;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Lifecycle;
using XoeNovAi.Hosting.Podman.Setup;

namespace XoeNovAi.Hosting.Podman.Hardening;

/// <summary>Gives every container its hardening, and its limits where they hold.</summary>
internal sealed class HardeningSubscriber(PodmanEnvironment environment, ResourceLoggerService loggers) : IDistributedApplicationEventingSubscriber
{
    public Task SubscribeAsync(IDistributedApplicationEventing eventing, DistributedApplicationExecutionContext executionContext, CancellationToken cancellationToken)
    {
        eventing.Subscribe<BeforeStartEvent>((@event, _) =>
        {
            foreach (var container in @event.Model.Resources.OfType<ContainerResource>())
            {
                var arguments = ArgumentsOf(container);
                container.Annotations.Add(new ContainerRuntimeArgsCallbackAnnotation(args =>
                {
                    foreach (var argument in arguments)
                    {
                        args.Add(argument);
                    }
                }));
            }

            return Task.CompletedTask;
        });
        return Task.CompletedTask;
    }

    private List<string> ArgumentsOf(ContainerResource container)
    {
        var hardening = container.Annotations.OfType<ContainerHardening>().LastOrDefault() ?? new();
        List<string> arguments =
        [
            "--cap-drop=ALL",
            "--security-opt=no-new-privileges",
            string.Create(CultureInfo.InvariantCulture, $"--userns=auto:size={hardening.UserNamespaceSize}"),
            .. hardening.Capabilities.Select(static c => $"--cap-add={c}"),
            .. hardening.TemporaryFolders.Select(static f => $"--tmpfs={f}"),
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
