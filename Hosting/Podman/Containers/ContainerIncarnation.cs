namespace XoeNovAi.Hosting.Podman.Containers;

/// <summary>A container from its start to its end. A restart is another one.</summary>
internal sealed class ContainerIncarnation : IDisposable
{
    private const int Tail = 5;
    private readonly CancellationTokenSource _end = new();
    private readonly TaskCompletionSource<ContainerEvent> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Queue<string> _lastLines = new();
    private readonly Lock _lock = new();
    private readonly List<ContainerEvent> _early = [];
    private StartedContainer? _container;

    /// <param name="stopping">Signalled when the application ends.</param>
    public ContainerIncarnation(CancellationToken stopping) => Stopping = stopping;

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
    public void Made(StartedContainer container)
    {
        ContainerEvent? told;
        lock (_lock)
        {
            _container = container;
            told = _early.Find(e => e.Id == container.Id);
        }

        if (told is not null)
        {
            Ended(told);
        }
    }

    /// <summary>
    /// A process of its name has ended. Before it is known which container it is, that may be of one before it, and it may
    /// be its own.
    /// </summary>
    public void Ended(ContainerEvent told)
    {
        lock (_lock)
        {
            if (_container is null)
            {
                _early.Add(told);
                return;
            }
        }

        if (_container.Id == told.Id && _ended.TrySetResult(told))
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
