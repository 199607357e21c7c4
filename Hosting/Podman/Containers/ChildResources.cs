using Aspire.Hosting.Eventing;

namespace XoeNovAi.Hosting.Podman.Containers;

/// <summary>The resources that live and end with a container, such as the databases of a server.</summary>
internal sealed class ChildResources(DistributedApplicationModel model, ResourceNotificationService notifications, TimeProvider time)
{
    /// <summary>Those of a container, and theirs.</summary>
    public IEnumerable<IResource> Of(IResource parent)
        => model.Resources.OfType<IResourceWithParent>()
            .Where(c => c.Parent == parent && c is not (ContainerResource or ExecutableResource or ProjectResource))
            .SelectMany(c => Of(c).Prepend(c));

    /// <summary>Gives them the state of their parent.</summary>
    public async Task PublishAsync(IResource parent, string state)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var ended = KnownResourceStates.TerminalStates.Contains(state);
        foreach (var child in Of(parent))
        {
            await notifications.PublishUpdateAsync(child, s => s.State?.Text == state ? s : s with
            {
                State = state,
                StartTimeStamp = state == KnownResourceStates.Running ? now : s.StartTimeStamp,
                StopTimeStamp = ended ? now : null,
            }).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Lets children run when their parent's start is complete: a database is asked for its health when its server has
    /// created it, and not a moment before, as the next time would be a second later.
    /// </summary>
    public static void RunWhenReady(IDistributedApplicationEventing eventing, ChildResources children, IResource parent)
        => eventing.Subscribe<ResourceReadyEvent>(parent, (_, _) => children.PublishAsync(parent, KnownResourceStates.Running));
}
