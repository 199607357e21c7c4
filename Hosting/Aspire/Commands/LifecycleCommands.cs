using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Execution;

namespace Aspire.Hosting.Commands;

/// <summary>Gives every container and process its start, stop and restart.</summary>
internal sealed class LifecycleCommands(ResourceExecutor executor)
{
    public void AddTo(IResource resource)
    {
        Add(resource, KnownResourceCommands.StartCommand, "Start", "Start resource", "Play", highlighted: true,
            static s => IsEnded(s) || s == KnownResourceStates.NotStarted ? ResourceCommandState.Enabled : IsChanging(s) ? ResourceCommandState.Disabled : ResourceCommandState.Hidden,
            executor.StartAsync);
        Add(resource, KnownResourceCommands.StopCommand, "Stop", "Stop resource", "Stop", highlighted: true,
            static s => s == KnownResourceStates.Running ? ResourceCommandState.Enabled : s == KnownResourceStates.Stopping ? ResourceCommandState.Disabled : ResourceCommandState.Hidden,
            executor.StopAsync);
        Add(resource, KnownResourceCommands.RestartCommand, "Restart", "Restart resource", "ArrowCounterclockwise", highlighted: false,
            static s => s == KnownResourceStates.Running ? ResourceCommandState.Enabled : ResourceCommandState.Disabled,
            async (id, cancellationToken) =>
            {
                await executor.StopAsync(id, cancellationToken).ConfigureAwait(false);
                await executor.StartAsync(id, cancellationToken).ConfigureAwait(false);
            });
    }

    private static void Add(IResource resource, string name, string title, string description, string icon, bool highlighted, Func<string?, ResourceCommandState> state, Func<string, CancellationToken, Task> execute)
        => resource.Annotations.Add(new ResourceCommandAnnotation(
            name,
            title,
            context => state(context.ResourceSnapshot.State?.Text),
            async context =>
            {
                await execute(context.ResourceName, context.CancellationToken).ConfigureAwait(false);
                return CommandResults.Success();
            },
            description,
            parameter: null,
            confirmationMessage: null,
            icon,
            IconVariant.Filled,
            highlighted));

    private static bool IsEnded(string? state) => state is not null && KnownResourceStates.TerminalStates.Contains(state);

    private static bool IsChanging(string? state) => state == KnownResourceStates.Starting || state == KnownResourceStates.Waiting;
}
