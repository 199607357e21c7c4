using System.Text;

namespace XoeNovAi.Hosting.Publishing.Output;

/// <summary>Writes a folder as a whole or not at all: beside its place, and then moved there.</summary>
internal static class OutputFolder
{
    private const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>Puts files in the place of what an earlier publish has left there.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="files">The files.</param>
    /// <param name="cancellationToken">Ends it, with nothing changed.</param>
    /// <exception cref="PublishingException">It cannot be written.</exception>
    public static async Task WriteAsync(string folder, IReadOnlyList<OutputFile> files, CancellationToken cancellationToken)
    {
        var parent = Path.GetDirectoryName(Path.GetFullPath(folder))!;
        var made = Path.Combine(parent, $".{Path.GetFileName(folder)}.{Guid.NewGuid():n}");
        var old = $"{made}.old";
        try
        {
            RefuseForeign(folder);
            Directory.CreateDirectory(made);
            foreach (var file in files)
            {
                var path = Path.Combine(made, file.Path);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                await File.WriteAllBytesAsync(path, file.Bytes ?? Encoding.UTF8.GetBytes(file.Content), cancellationToken).ConfigureAwait(false);
                if (file.IsExecutable)
                {
                    File.SetUnixFileMode(path, Executable);
                }
            }

            if (Directory.Exists(folder))
            {
                Directory.Move(folder, old);
            }

            Directory.Move(made, folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            if (Directory.Exists(old) && !Directory.Exists(folder))
            {
                Directory.Move(old, folder);
            }

            throw new PublishingException($"'{folder}' cannot be written: {exception.Message.TrimEnd('.')}; give another folder with --output-path.");
        }
        finally
        {
            foreach (var left in new[] { made, old }.Where(Directory.Exists))
            {
                Directory.Delete(left, recursive: true);
            }
        }
    }

    // What an earlier publish has made has a list of secrets or a page; anything else would be lost.
    private static void RefuseForeign(string folder)
    {
        if (File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any() && !File.Exists(Path.Combine(folder, "secrets.json"))))
        {
            throw new PublishingException($"'{folder}' is there already and was not published; give another folder with --output-path, or remove it.");
        }
    }
}
