namespace Aspire.Hosting.ApplicationModel;

/// <summary>The lines the application itself wrote about a resource; the newest are kept.</summary>
internal sealed class ResourceLog(TimeProvider time) : ILogger
{
    private const int Kept = 10_000;
    private readonly Lock _lock = new();
    private readonly Queue<(string, bool)> _lines = [];
    private event Action<string, bool>? Written;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
        => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
        {
            return;
        }

        var text = formatter(state, exception);
        if (exception is not null)
        {
            text = $"{text}{Environment.NewLine}{exception}";
        }

        var line = $"{time.GetUtcNow():yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'} {text}";
        var isError = logLevel >= LogLevel.Error;
        lock (_lock)
        {
            _lines.Enqueue((line, isError));
            if (_lines.Count > Kept)
            {
                _lines.Dequeue();
            }

            Written?.Invoke(line, isError);
        }
    }

    /// <summary>Hands over the lines there are, then each new one.</summary>
    public void Subscribe(Action<string, bool> take)
    {
        lock (_lock)
        {
            foreach (var (line, isError) in _lines)
            {
                take(line, isError);
            }

            Written += take;
        }
    }

    public void Unsubscribe(Action<string, bool> take)
    {
        lock (_lock)
        {
            Written -= take;
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _lines.Clear();
        }
    }
}
