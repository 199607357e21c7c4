using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dcp.Client;
using Aspire.Hosting.Execution;

namespace Aspire.Hosting.Dcp;

/// <summary>Runs executables and projects on DCP.</summary>
internal sealed class ProcessEngine(DcpHost host) : IInstanceEngine
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ResourceInstance> _instances = new(StringComparer.Ordinal);

    public Task StartAsync(ResourceInstance instance, ResourceConfiguration configuration, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _instances[instance.DcpName] = instance;
        }

        return host.Client.CreateAsync(ExecutableSpecFactory.Create(instance, configuration), cancellationToken);
    }

    public Task StopAsync(ResourceInstance instance, CancellationToken cancellationToken)
        => host.Client.StopAsync<DcpExecutable>(instance.DcpName, cancellationToken);

    public Task RemoveAsync(ResourceInstance instance, CancellationToken cancellationToken)
    {
        instance.Retire();
        return host.Client.DeleteAndWaitAsync<DcpExecutable>(instance.DcpName, cancellationToken);
    }

    /// <summary>Stops all processes at once.</summary>
    public Task RemoveAllAsync(CancellationToken cancellationToken)
    {
        List<ResourceInstance> started;
        lock (_lock)
        {
            started = [.. _instances.Values];
        }

        return Task.WhenAll(started.Select(i => host.Client.DeleteAndWaitAsync<DcpExecutable>(i.DcpName, cancellationToken)));
    }

    public async IAsyncEnumerable<InstanceChange> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var change in host.Client.WatchAsync<DcpExecutable>(cancellationToken).ConfigureAwait(false))
        {
            ResourceInstance? instance;
            lock (_lock)
            {
                _instances.TryGetValue(change.Object.Metadata.Name, out instance);
            }

            if (instance?.IsCurrent(change.Object.Metadata.Uid) == true)
            {
                var status = change.Object.Status;
                yield return new(instance, change.Type == DcpWatchEventType.Deleted ? KnownResourceStates.Exited! : DcpStates.OfExecutable(status?.State))
                {
                    ExitCode = status?.ExitCode,
                    Started = status?.StartupTimestamp?.UtcDateTime,
                    Finished = status?.FinishTimestamp?.UtcDateTime,
                    Id = ("executable.pid", status?.Pid),
                };
            }
        }
    }

    public async IAsyncEnumerable<(string Content, bool IsErrorMessage)> ReadLogAsync(ResourceInstance instance, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var lines = Channel.CreateUnbounded<(string, bool)>(new() { SingleReader = true });
        var reading = CompleteAsync(lines.Writer, ReadAsync(DcpLogSource.StandardOutput, isError: false), ReadAsync(DcpLogSource.StandardError, isError: true));
        await foreach (var line in lines.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return line;
        }

        await reading.ConfigureAwait(false);

        async Task ReadAsync(string source, bool isError)
        {
            await foreach (var line in host.Client.ReadLogAsync<DcpExecutable>(instance.DcpName, source, follow, cancellationToken).ConfigureAwait(false))
            {
                lines.Writer.TryWrite((line.Timestamp is { } stamp ? $"{stamp.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'} {line.Text}" : line.Text, isError));
            }
        }
    }

    private static async Task CompleteAsync(ChannelWriter<(string, bool)> writer, params IEnumerable<Task> readers)
    {
        try
        {
            await Task.WhenAll(readers).ConfigureAwait(false);
            writer.Complete();
        }
        catch (Exception exception)
        {
            writer.Complete(exception);
        }
    }
}
