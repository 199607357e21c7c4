namespace XoeNovAi.Hosting.Podman.Containers;

/// <summary>A container from its start to its end. A restart is another one.</summary>
internal sealed class ContainerIncarnation : IDisposable
{
    private const int Tail = 5;
    private readonly CancellationTokenSource _end = new();
    private readonly TaskCompletionSource<ContainerEvent> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Queue<string> _lastLines = new();
    private readonly string? _previousId;
    private StartedContainer? _container;

    /// <param name="previousId">The id of the one before it, of which something may still be told; null when there was none.</param>
    /// <param name="stopping">Signalled when the application ends.</param>
    public ContainerIncarnation(string? previousId, CancellationToken stopping)
    {
        _previousId = previousId;
        Stopping = stopping;
    }

    /// <summary>What Podman has made for it.</summary>
    public StartedContainer Container => _container ?? throw new InvalidOperationException("The container has not been made.");

    /// <summary>Its id.</summary>
    public string Id => Container.Id;

    /// <summary>Signalled when it has ended.</summary>
    public CancellationToken End => _end.Token;

    /// <summary>Signalled when the application ends.</summary>
    public CancellationToken Stopping { get; }

    /// <summary>Whether its process has ended.</summary>
    public bool HasEnded => _ended.Task.IsCompleted;

    /// <summary>When it ended; null as long as it has not.</summary>
    public DateTimeOffset? EndedAt => HasEnded ? _ended.Task.Result.Time : null;

    /// <summary>Whether its end was asked for.</summary>
    public bool IsStopping { get; set; }

    /// <summary>Completed when its end has been told.</summary>
    public Task Followed { get; set; } = Task.CompletedTask;

    /// <summary>The last lines it wrote, each on a line of its own.</summary>
    public string LastLines
    {
        get
        {
            lock (_lastLines)
            {
                return string.Concat(_lastLines.Select(static l => $"{Environment.NewLine}  {l}"));
            }
        }
    }

    /// <summary>Podman has made it.</summary>
    public void Made(StartedContainer container) => _container = container;

    /// <summary>Its process has ended; what is told of another container of its name, such as the one before it, is not of it.</summary>
    public void Ended(ContainerEvent told)
    {
        if ((_container is { } made ? made.Id == told.Id : _previousId != told.Id) && _ended.TrySetResult(told))
        {
            _end.Cancel();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _end.Dispose();

    /// <summary>Waits for its end.</summary>
    public Task<ContainerEvent> WaitForEndAsync() => _ended.Task.WaitAsync(Stopping);

    /// <summary>Takes the lines it writes to a log, and keeps the last of them.</summary>
    public Action<string, bool> Took(ILogger log)
        => (line, isError) =>
        {
            lock (_lastLines)
            {
                _lastLines.Enqueue(line);
                if (_lastLines.Count > Tail)
                {
                    _lastLines.Dequeue();
                }
            }

            log.Log(isError ? LogLevel.Error : LogLevel.Information, "{Line}", line);
        };
}
