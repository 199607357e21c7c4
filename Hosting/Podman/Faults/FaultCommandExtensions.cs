using XoeNovAi.Hosting.Podman.Containers;
using XoeNovAi.Hosting.Podman.Setup;

namespace XoeNovAi.Hosting.Podman.Faults;

/// <summary>Faults as commands, for whoever wants to see what becomes of an application when something of it fails.</summary>
public static class FaultCommandExtensions
{
    /// <summary>The command that stops every process of a container, as if it hung.</summary>
    public const string Freeze = "freeze";

    /// <summary>The command that lets a frozen container go on.</summary>
    public const string Thaw = "thaw";

    /// <summary>The command that ends a container without a word, as if it crashed.</summary>
    public const string Kill = "kill";

    /// <summary>
    /// Gives every container there is by now the commands <c>freeze</c>, <c>thaw</c> and <c>kill</c>, in the dashboard and for
    /// <c>aspire</c>. Needs <see cref="RootlessPodmanExtensions.UseRootlessPodman"/>.
    /// </summary>
    /// <param name="builder">The application.</param>
    public static IDistributedApplicationBuilder AddFaultCommands(this IDistributedApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        foreach (var container in builder.Resources.OfType<ContainerResource>().ToList())
        {
            builder.CreateResourceBuilder(container)
                .WithFault(Freeze, "Freeze", "PauseCircle", "Stops every process: connections stay, and nobody answers", FrozenContainer.FreezeAsync)
                .WithFault(Thaw, "Thaw", "PlayCircle", "Lets a frozen container go on", FrozenContainer.ThawAsync)
                .WithFault(Kill, "Kill", "Flash", "Ends it without a word, as a crash would", static (podman, container, token) => podman.RunAsync(["kill", "--signal=KILL", container], token));
        }

        return builder;
    }

    private static IResourceBuilder<ContainerResource> WithFault(this IResourceBuilder<ContainerResource> builder, string name, string display, string icon, string description, Func<PodmanCli, string, CancellationToken, Task> make)
        => builder.WithCommand(
            name,
            display,
            async context =>
            {
                try
                {
                    var container = context.Services.GetRequiredService<ContainerStarter>().NameOf(builder.Resource);
                    await make(context.Services.GetRequiredService<PodmanCli>(), container, context.CancellationToken).ConfigureAwait(false);
                    context.Logger.LogWarning("The command '{Command}' was carried out.", name);
                    return CommandResults.Success();
                }
                catch (DistributedApplicationException exception)
                {
                    return CommandResults.Failure(exception.Message);
                }
            },
            new()
            {
                Description = description,
                IconName = icon,
                UpdateState = static context => context.ResourceSnapshot.State?.Text == KnownResourceStates.Running ? ResourceCommandState.Enabled : ResourceCommandState.Disabled,
            });
}
