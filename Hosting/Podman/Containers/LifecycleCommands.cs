namespace XoeNovAi.Hosting.Podman.Containers;

/// <summary>The commands that Aspire gives to what DCP runs, for a container on Podman.</summary>
internal static class LifecycleCommands
{
    /// <summary>Adds start, stop and restart, under Aspire's names.</summary>
    public static void Add(ContainerLifecycle lifecycle)
    {
        var container = lifecycle.Container;
        container.Annotations.Add(Command(
            KnownResourceCommands.StartCommand, "Start", "Start resource", "Play", isHighlighted: true,
            static state => IsStopped(state) || state == KnownResourceStates.Waiting ? ResourceCommandState.Enabled : IsStarting(state) ? ResourceCommandState.Disabled : ResourceCommandState.Hidden,
            lifecycle.StartAsync));
        container.Annotations.Add(Command(
            KnownResourceCommands.StopCommand, "Stop", "Stop resource", "Stop", isHighlighted: true,
            static state => state == KnownResourceStates.Stopping ? ResourceCommandState.Disabled : IsStopped(state) || IsStarting(state) || state == KnownResourceStates.Waiting ? ResourceCommandState.Hidden : ResourceCommandState.Enabled,
            lifecycle.StopAsync));
        container.Annotations.Add(Command(
            KnownResourceCommands.RestartCommand, "Restart", "Restart resource", "ArrowCounterclockwise", isHighlighted: false,
            static state => state == KnownResourceStates.Running ? ResourceCommandState.Enabled : ResourceCommandState.Disabled,
            async cancellationToken =>
            {
                await lifecycle.StopAsync(cancellationToken).ConfigureAwait(false);
                await lifecycle.StartAsync(cancellationToken).ConfigureAwait(false);
            }));
    }

    private static ResourceCommandAnnotation Command(string name, string displayName, string description, string icon, bool isHighlighted, Func<string?, ResourceCommandState> stateOf, Func<CancellationToken, Task> execute)
        => new(
            name,
            displayName,
            context => stateOf(context.ResourceSnapshot.State?.Text),
            async context =>
            {
                try
                {
                    await execute(context.CancellationToken).ConfigureAwait(false);
                    return CommandResults.Success();
                }
                catch (DistributedApplicationException exception)
                {
                    return CommandResults.Failure(exception.Message);
                }
            },
            description,
            arguments: null,
            confirmationMessage: null,
            icon,
            IconVariant.Filled,
            isHighlighted);

    private static bool IsStopped(string? state) => state == KnownResourceStates.NotStarted || (state is not null && KnownResourceStates.TerminalStates.Contains(state));

    private static bool IsStarting(string? state) => string.IsNullOrEmpty(state) || state == KnownResourceStates.Starting || state == KnownResourceStates.Building;
}
