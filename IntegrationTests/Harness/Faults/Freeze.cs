using System.Globalization;

namespace XoeNovAi.IntegrationTests.Harness.Faults;

/// <summary>A container that hangs: its sockets stay, and nobody in it reads or answers. Disposing lets it go on.</summary>
internal sealed class Freeze : IAsyncDisposable
{
    private readonly Stack _stack;
    private readonly List<string> _stopped = [];

    private Freeze(Stack stack) => _stack = stack;

    /// <summary>Stops every process of a resource's container.</summary>
    public static async Task<Freeze> StartAsync(Stack stack, string resource, CancellationToken cancellationToken)
    {
        var freeze = new Freeze(stack);
        try
        {
            // The first one first: it starts no other then. Who was on its way is found by looking again.
            var next = new List<string> { (await stack.ProcessIdOfAsync(resource, cancellationToken)).ToString(CultureInfo.InvariantCulture) };
            while (next.Count > 0)
            {
                await freeze.SignalAsync("STOP", next, cancellationToken);
                freeze._stopped.AddRange(next);
                var all = await stack.Podman.RunAsync(["top", stack.ContainerIdOf(resource), "hpid"], cancellationToken);
                next = [.. all.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Skip(1).Except(freeze._stopped)];
            }

            return freeze;
        }
        catch
        {
            await freeze.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_stopped.Count > 0)
        {
            await SignalAsync("CONT", _stopped, CancellationToken.None);
        }
    }

    // Some may have ended meanwhile: each is told for itself.
    private Task SignalAsync(string signal, IEnumerable<string> processes, CancellationToken cancellationToken)
        => _stack.Podman.RunAsync(["unshare", "sh", "-c", $"for one in {string.Join(' ', processes)}; do kill -{signal} $one 2> /dev/null || true; done"], cancellationToken);
}
