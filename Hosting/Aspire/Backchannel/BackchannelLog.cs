using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Aspire.Hosting.Backchannel;

/// <summary>The AppHost's own log, for <c>aspire run</c>: the newest entries, then each new one.</summary>
internal sealed class BackchannelLog(TimeProvider time) : ILoggerProvider
{
    private const int Kept = 1_000;
    private readonly Lock _lock = new();
    private readonly Queue<RunLogEntry> _entries = [];
    private readonly List<Channel<RunLogEntry>> _readers = [];

    public ILogger CreateLogger(string categoryName) => new Category(this, categoryName);

    public async IAsyncEnumerable<RunLogEntry> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var channel = Channel.CreateUnbounded<RunLogEntry>(new() { SingleReader = true });
        lock (_lock)
        {
            foreach (var entry in _entries)
            {
                channel.Writer.TryWrite(entry);
            }

            _readers.Add(channel);
        }

        try
        {
            await foreach (var entry in channel.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return entry;
            }
        }
        finally
        {
            lock (_lock)
            {
                _readers.Remove(channel);
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _readers.ForEach(static r => r.Writer.TryComplete());
        }
    }

    private void Add(LogLevel level, EventId id, string category, string message)
    {
        var entry = new RunLogEntry(id, level, message, time.GetUtcNow(), category);
        lock (_lock)
        {
            _entries.Enqueue(entry);
            if (_entries.Count > Kept)
            {
                _entries.Dequeue();
            }

            _readers.ForEach(r => r.Writer.TryWrite(entry));
        }
    }

    private sealed class Category(BackchannelLog log, string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
            => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information && logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                log.Add(logLevel, eventId, name, exception is null ? formatter(state, exception) : $"{formatter(state, exception)}{Environment.NewLine}{exception}");
            }
        }
    }
}
