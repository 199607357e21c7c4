namespace Aspire.Hosting.Dcp.Client;

/// <summary>Waits for the file in which DCP says where its API is.</summary>
internal sealed class KubeconfigWatcher : IDisposable
{
    private readonly string _path;
    private readonly FileSystemWatcher _watcher;
    private readonly TaskCompletionSource<DcpKubeconfig> _found = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Begins to watch: before DCP is started, so that nothing is missed.</summary>
    public KubeconfigWatcher(string folder, string name)
    {
        _path = Path.Combine(folder, name);
        _watcher = new FileSystemWatcher(folder, name) { NotifyFilter = NotifyFilters.FileName | NotifyFilters.LastWrite };
        _watcher.Created += (_, _) => TryRead();
        _watcher.Changed += (_, _) => TryRead();
        _watcher.Renamed += (_, _) => TryRead();
        _watcher.EnableRaisingEvents = true;
    }

    /// <summary>Returns when the file is complete.</summary>
    public Task<DcpKubeconfig> ReadAsync(CancellationToken cancellationToken) => _found.Task.WaitAsync(cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _watcher.Dispose();

    private void TryRead()
    {
        try
        {
            if (DcpKubeconfig.TryParse(File.ReadAllText(_path), out var kubeconfig))
            {
                _found.TrySetResult(kubeconfig);
            }
        }
        catch (FileNotFoundException)
        {
            // Renamed away or removed between the event and the read: the next event tells.
        }
        catch (IOException failure)
        {
            _found.TrySetException(failure);
        }
        catch (UnauthorizedAccessException failure)
        {
            _found.TrySetException(failure);
        }
    }
}
