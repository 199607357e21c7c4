using XoeNovAi.Hosting.Podman.Faults;

namespace XoeNovAi.IntegrationTests.Harness.Faults;

/// <summary>A container that hangs. Disposing lets it go on.</summary>
internal sealed class Freeze : IAsyncDisposable
{
    private readonly Stack _stack;
    private readonly string _container;

    private Freeze(Stack stack, string container) => (_stack, _container) = (stack, container);

    /// <summary>Stops every process of a resource's container.</summary>
    public static async Task<Freeze> StartAsync(Stack stack, string resource, CancellationToken cancellationToken)
    {
        var container = stack.ContainerIdOf(resource);
        await FrozenContainer.FreezeAsync(stack.Podman, container, cancellationToken);
        return new(stack, container);
    }

    public async ValueTask DisposeAsync()
    {
        // It may have been killed meanwhile: then there is nobody to go on.
        var (exitCode, running, _) = await _stack.Podman.TryRunAsync(["inspect", "--format", "{{.State.Running}}", _container], CancellationToken.None);
        if (exitCode == 0 && running.Trim() == "true")
        {
            await FrozenContainer.ThawAsync(_stack.Podman, _container, CancellationToken.None);
        }
    }
}
