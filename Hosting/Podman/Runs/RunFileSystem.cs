namespace XoeNovAi.Hosting.Podman.Runs;

/// <summary>Has Aspire make its temporary files in the run's folder, from where the reaper removes them when the application is killed.</summary>
internal sealed class RunFileSystem(PodmanRun run) : IFileSystemService
{
    /// <inheritdoc />
    public ITempFileSystemService TempDirectory { get; } = new TemporaryFiles(run);

    private sealed class TemporaryFiles(PodmanRun run) : ITempFileSystemService
    {
        private int _made;

        public TempDirectory CreateTempSubdirectory(string? prefix = null) => new RunDirectory(CreateFolder(prefix));

        public TempFile CreateTempFile(string? fileName = null)
        {
            var path = Path.Combine(CreateFolder(null), fileName ?? "file");
            File.Create(path).Dispose();
            return new RunFile(path);
        }

        private string CreateFolder(string? prefix)
        {
            var number = Interlocked.Increment(ref _made);
            return Directory.CreateDirectory(Path.Combine(run.Folder.Temporary, $"{prefix ?? "aspire"}{number}"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
        }
    }

    // Both go with the run's folder: what still reads them must not be cut off by who made them.
    private sealed class RunDirectory(string path) : TempDirectory
    {
        public override string Path => path;

        public override void Dispose()
        {
        }
    }

    private sealed class RunFile(string path) : TempFile
    {
        public override string Path => path;

        public override void Dispose()
        {
        }
    }
}
