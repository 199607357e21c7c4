namespace XoeNovAi.Hosting.Podman.Containers;

/// <summary>
/// Lets one more container be made at a time than there are processors, as Podman also waits for disks and kernel; those first that the
/// longest chain of others waits for. All at once they would slow each other down, and whoever is waited for would be done as late as the rest
/// (docs/performance.md).
/// </summary>
internal sealed class StartQueue(DistributedApplicationModel model)
{
    private readonly Lock _lock = new();
    private readonly PriorityQueue<TaskCompletionSource, int> _waiting = new();
    private readonly Dictionary<IResource, int> _chains = [];
    private int _free = Places;

    /// <summary>How many are made at a time.</summary>
    public static int Places => Environment.ProcessorCount + 1;

    /// <summary>Waits for its turn; disposing of what is returned gives it to the next.</summary>
    public async Task<IDisposable> EnterAsync(IResource resource, CancellationToken cancellationToken)
    {
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_free > 0)
            {
                _free--;
                return new Place(this);
            }

            _waiting.Enqueue(turn, -ChainOf(resource, []));
        }

        // Who gives up leaves an entry behind that is skipped.
        using var giving = cancellationToken.Register(() => turn.TrySetCanceled(cancellationToken));
        await turn.Task.ConfigureAwait(false);
        return new Place(this);
    }

    private void Leave()
    {
        lock (_lock)
        {
            while (_waiting.TryDequeue(out var next, out _))
            {
                if (next.TrySetResult())
                {
                    return;
                }
            }

            _free++;
        }
    }

    // How many stand behind it, one waiting for the other. Who waits for a part waits for the whole.
    private int ChainOf(IResource resource, HashSet<IResource> seen)
    {
        if (_chains.TryGetValue(resource, out var known) || !seen.Add(resource))
        {
            return known;
        }

        return _chains[resource] = model.Resources
            .Where(r => r.Annotations.OfType<WaitAnnotation>().Any(w => w.Resource == resource || (w.Resource is IResourceWithParent child && child.Parent == resource)))
            .Select(r => 1 + ChainOf(r, seen))
            .DefaultIfEmpty(0)
            .Max();
    }

    private sealed class Place(StartQueue queue) : IDisposable
    {
        private StartQueue? _queue = queue;

        public void Dispose() => Interlocked.Exchange(ref _queue, null)?.Leave();
    }
}
