namespace XoeNovAi.Hosting.Podman.Networks;

/// <summary>A Podman network of this application; it is made before its containers and removed after them.</summary>
/// <param name="name">The resource's name.</param>
/// <param name="prefix">What it is called in Podman, before the run's id.</param>
public sealed class PodmanNetworkResource(string name, string prefix) : Resource(name), IResourceWithoutLifetime, IValueProvider, IManifestExpressionProvider
{
    private string? _runId;
    private readonly TaskCompletionSource<string> _subnet = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Its name in Podman, with the run's id, so that two runs do not collide; before the run begins, without it.</summary>
    public string NetworkName => _runId is null ? prefix : $"{prefix}-{_runId}";

    /// <summary>Whether it has no way out. On by default.</summary>
    public bool IsInternal { get; internal set; } = true;

    /// <summary>Whether its containers find each other by name. On by default.</summary>
    public bool HasNames { get; internal set; } = true;

    /// <inheritdoc />
    public string ValueExpression => $"{{{Name}.subnet}}";

    /// <summary>Its subnet, such as 10.89.3.0/24, once it is made.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default)
        => await _subnet.Task.WaitAsync(cancellationToken).ConfigureAwait(false);

    internal string? Bridge { get; private set; }

    // A manifest has no run.
    internal void BelongsTo(string runId) => _runId = runId;

    internal void Made(MadeNetwork made)
    {
        Bridge = made.Bridge;
        _subnet.TrySetResult(made.Subnet);
    }

    internal void NotMade(Exception exception) => _subnet.TrySetException(exception);
}
