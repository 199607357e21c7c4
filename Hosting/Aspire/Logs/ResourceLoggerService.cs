using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Gives each resource a log, and the logs to whoever watches.</summary>
/// <param name="time">Stamps the application's own lines.</param>
public class ResourceLoggerService(TimeProvider time) : IDisposable
{
    private readonly ConcurrentDictionary<string, ResourceLog> _logs = new(StringComparer.OrdinalIgnoreCase);
    private readonly CancellationTokenSource _disposing = new();

    /// <summary>Creates the service on the system's time.</summary>
    public ResourceLoggerService()
        : this(TimeProvider.System)
    {
    }

    internal IResourceLogSource? Source { get; set; }

    /// <inheritdoc />
    public void Dispose()
    {
        _disposing.Cancel();
        GC.SuppressFinalize(this);
    }

    /// <summary>A log that goes to the resource's console.</summary>
    /// <param name="resource">The resource.</param>
    public ILogger GetLogger(IResource resource) => GetLogger(resource.Name);

    /// <summary>A log that goes to the resource's console.</summary>
    /// <param name="resourceName">The resource, or an instance of it.</param>
    public ILogger GetLogger(string resourceName) => LogOf(resourceName);

    /// <summary>The lines so far, then each new one.</summary>
    /// <param name="resource">The resource.</param>
    public IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync(IResource resource) => WatchAsync(resource.Name);

    /// <summary>The lines so far, then each new one.</summary>
    /// <param name="resourceName">The resource, or an instance of it.</param>
    public IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync(string resourceName) => ReadAsync(resourceName, follow: true);

    /// <summary>The lines so far.</summary>
    /// <param name="resource">The resource.</param>
    public IAsyncEnumerable<IReadOnlyList<LogLine>> GetAllAsync(IResource resource) => GetAllAsync(resource.Name);

    /// <summary>The lines so far.</summary>
    /// <param name="resourceName">The resource, or an instance of it.</param>
    public IAsyncEnumerable<IReadOnlyList<LogLine>> GetAllAsync(string resourceName) => ReadAsync(resourceName, follow: false);

    /// <summary>Forgets the application's own lines about a resource.</summary>
    /// <param name="resourceName">The resource, or an instance of it.</param>
    public void ClearBacklog(string resourceName) => LogOf(resourceName).Clear();

    private ResourceLog LogOf(string resourceName) => _logs.GetOrAdd(resourceName, _ => new(time));

    private async IAsyncEnumerable<IReadOnlyList<LogLine>> ReadAsync(string resourceName, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposing.Token);
        var lines = Channel.CreateUnbounded<(string Content, bool IsError)>(new() { SingleReader = true });
        void Take(string content, bool isError) => lines.Writer.TryWrite((content, isError));

        // What is said of the resource is said of each of its instances.
        List<ResourceLog> logs = [.. new[] { resourceName, Source?.ResourceOf(resourceName) ?? resourceName }.Distinct(StringComparer.OrdinalIgnoreCase).Select(LogOf)];
        logs.ForEach(log => log.Subscribe(Take));
        var pump = PumpAsync(resourceName, follow, lines.Writer, ending.Token);
        var number = 0;
        try
        {
            while (await WaitToReadAsync(lines.Reader, ending.Token).ConfigureAwait(false))
            {
                var batch = new List<LogLine>();
                while (lines.Reader.TryRead(out var line))
                {
                    batch.Add(new(++number, line.Content, line.IsError));
                }

                yield return batch;
            }
        }
        finally
        {
            logs.ForEach(log => log.Unsubscribe(Take));
            await ending.CancelAsync().ConfigureAwait(false);
            await pump.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task PumpAsync(string resourceName, bool follow, ChannelWriter<(string Content, bool IsError)> writer, CancellationToken cancellationToken)
    {
        try
        {
            if (Source is { } source)
            {
                await foreach (var line in source.ReadAsync(resourceName, follow, cancellationToken).ConfigureAwait(false))
                {
                    writer.TryWrite(line);
                }
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            writer.TryWrite(($"The log of '{resourceName}' cannot be read: {exception.Message}", true));
        }

        if (!follow)
        {
            writer.TryComplete();
        }
    }

    private static async Task<bool> WaitToReadAsync(ChannelReader<(string Content, bool IsError)> reader, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
