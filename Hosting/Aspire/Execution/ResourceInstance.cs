using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Execution;

/// <summary>One run of a resource: the only one, or a replica.</summary>
/// <param name="resource">The resource.</param>
/// <param name="id">What DCP and the dashboard call it.</param>
internal sealed class ResourceInstance(IResource resource, string id)
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _created = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _generation;
    private volatile string? _lastUid;
    private volatile string? _retiredUid;

    public IResource Resource { get; } = resource;

    public string Id { get; } = id;

    /// <summary>DCP's objects have lower case names.</summary>
    public string DcpName { get; } = id.ToLowerInvariant();

    /// <summary>How many times it has been created.</summary>
    public int Generation => Volatile.Read(ref _generation);

    /// <summary>Two commands at once take their turns.</summary>
    public SemaphoreSlim Turn { get; } = new(1, 1);

    public void Created()
    {
        lock (_lock)
        {
            Volatile.Write(ref _generation, _generation + 1);
            _created.SetResult();
            _created = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Returns when it has been created more often than given.</summary>
    public async Task WaitForGenerationAfterAsync(int generation, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task created;
            lock (_lock)
            {
                if (_generation > generation)
                {
                    return;
                }

                created = _created.Task;
            }

            await created.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>What DCP still says of the object there was is no news of the one to come.</summary>
    public void Retire() => _retiredUid = _lastUid;

    /// <summary>Whether an object of DCP is this instance as it is now, and not one that it has replaced.</summary>
    public bool IsCurrent(string? uid)
    {
        if (uid is not null && uid == _retiredUid)
        {
            return false;
        }

        _lastUid = uid;
        return true;
    }

    public static IEnumerable<ResourceInstance> Of(IResource resource)
    {
        var replicas = resource.GetReplicaCount();
        return replicas == 1
            ? [new(resource, resource.Name)]
            : Enumerable.Range(1, replicas).Select(i => new ResourceInstance(resource, $"{resource.Name}-{i}"));
    }
}
