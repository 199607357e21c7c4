namespace XoeNovAi.ServiceDefaults.Emergency;

/// <summary>Whether the services of the agent bus have been told to stop working.</summary>
public sealed class EmergencyStop
{
    private readonly TaskCompletionSource _learned = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private TaskCompletionSource? _on;

    /// <summary>Whether they have, and have not been told to go on.</summary>
    public bool IsOn => Volatile.Read(ref _on) is not null;

    /// <summary>Completes when this service has learned, after its start, what was said before.</summary>
    public Task Learned => _learned.Task;

    /// <summary>Waits until work may go on; at once when it may.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that completes then.</returns>
    public async Task WhenOffAsync(CancellationToken cancellationToken)
    {
        await _learned.Task.WaitAsync(cancellationToken);
        while (Volatile.Read(ref _on) is { } on)
        {
            await on.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Says whether it is on.</summary>
    /// <param name="on">Whether it is.</param>
    /// <returns>True if that is new.</returns>
    internal bool Set(bool on)
    {
        lock (_gate)
        {
            if (on == IsOn)
            {
                return false;
            }

            var before = _on;
            _on = on ? new(TaskCreationOptions.RunContinuationsAsynchronously) : null;
            before?.SetResult();
            return true;
        }
    }

    internal void SetLearned() => _learned.TrySetResult();
}
