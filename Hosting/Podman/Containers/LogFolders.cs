namespace XoeNovAi.Hosting.Podman.Containers;

/// <summary>Tells when a log has grown. One watcher serves all logs of a folder: a system gives its users few of them.</summary>
internal sealed class LogFolders : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, FileSystemWatcher> _watchers = new(StringComparer.Ordinal);

    /// <summary>Watches a file, which need not be there yet, until what is returned is disposed of.</summary>
    public IDisposable Watch(string path, Action grown)
    {
        lock (_lock)
        {
            var folder = Path.GetDirectoryName(path)!;
            if (!_watchers.TryGetValue(folder, out var watcher))
            {
                watcher = new(folder) { NotifyFilter = NotifyFilters.Size | NotifyFilters.FileName | NotifyFilters.LastWrite, EnableRaisingEvents = true };
                _watchers.Add(folder, watcher);
            }

            return new Subscription(watcher, path, grown);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var watcher in _watchers.Values)
            {
                watcher.Dispose();
            }

            _watchers.Clear();
        }
    }

    private sealed class Subscription : IDisposable
    {
        private readonly FileSystemWatcher _watcher;
        private readonly string _path;
        private readonly Action _grown;

        public Subscription(FileSystemWatcher watcher, string path, Action grown)
        {
            (_watcher, _path, _grown) = (watcher, path, grown);
            watcher.Changed += Happened;
            watcher.Created += Happened;
        }

        public void Dispose()
        {
            _watcher.Changed -= Happened;
            _watcher.Created -= Happened;
        }

        private void Happened(object sender, FileSystemEventArgs change)
        {
            if (change.FullPath == _path)
            {
                _grown();
            }
        }
    }
}
