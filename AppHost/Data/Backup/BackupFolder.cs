using System.Globalization;

namespace XoeNovAi.AppHost.Data.Backup;

/// <summary>The folder that has the backups of a database, each named after the database and the time it was made at.</summary>
internal sealed class BackupFolder(string path, string database, TimeProvider time)
{
    private const string Extension = ".dump";
    private const string NameFormat = "yyyyMMdd'T'HHmmss.fff'Z'";
    private const UnixFileMode OwnFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const string Cure = "Give another folder with --Stack:Data:Backups=…, or mend this one.";

    /// <summary>The backups there are, the newest first.</summary>
    public IReadOnlyList<string> Names
        => Directory.Exists(path) ? [.. Directory.EnumerateFiles(path, $"{database}-*{Extension}").Select(static f => Path.GetFileName(f)).OrderDescending(StringComparer.Ordinal)] : [];

    /// <summary>The backup of a name, which can be a path as well; without one, the newest.</summary>
    /// <exception cref="DistributedApplicationException">There is none.</exception>
    public string Find(string? name)
    {
        var names = Names;
        if (string.IsNullOrEmpty(name))
        {
            // A copy that somebody has named otherwise is for him to ask for.
            return names.FirstOrDefault(IsOwn) is { } newest
                ? Path.Combine(path, newest)
                : throw new DistributedApplicationException($"There is no backup of '{database}' in '{path}'. Make one with the command '{BackupCommands.BackUp}', or name the file of another.");
        }

        var file = Path.Combine(path, name);
        return File.Exists(file)
            ? file
            : throw new DistributedApplicationException($"'{file}' is not there. '{path}' has {(names.Count > 0 ? string.Join(", ", names) : "no backup")}.");
    }

    /// <summary>Adds a backup: it has its name when it is complete and on the disk, and nothing is left of it otherwise.</summary>
    /// <param name="write">Writes it.</param>
    /// <returns>The file.</returns>
    /// <exception cref="DistributedApplicationException">It cannot be written.</exception>
    public async Task<FileInfo> AddAsync(Func<Stream, Task> write)
    {
        var file = new FileInfo(Path.Combine(path, $"{database}-{time.GetUtcNow().ToString(NameFormat, CultureInfo.InvariantCulture)}{Extension}"));
        var partial = $"{file.FullName}.partial";
        try
        {
            Directory.CreateDirectory(path, OwnFile | UnixFileMode.UserExecute);
            var content = new FileStream(partial, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous, UnixCreateMode = OwnFile });
            await using (content.ConfigureAwait(false))
            {
                await write(content).ConfigureAwait(false);
                content.Flush(flushToDisk: true);
            }

            File.Move(partial, file.FullName);
            return file;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DistributedApplicationException($"The backup cannot be written: {exception.Message.TrimEnd('.')}. {Cure}", exception);
        }
        finally
        {
            if (File.Exists(partial))
            {
                File.Delete(partial);
            }
        }
    }

    private bool IsOwn(string name)
        => DateTime.TryParseExact(name.AsSpan(database.Length + 1, name.Length - database.Length - 1 - Extension.Length), NameFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
}
