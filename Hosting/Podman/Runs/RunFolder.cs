using System.Globalization;
using System.Text;

namespace XoeNovAi.Hosting.Podman.Runs;

/// <summary>What a run keeps on disk; the reaper removes all of it.</summary>
internal sealed class RunFolder
{
    /// <summary>The file with the process id of the run's owner, and when that process began.</summary>
    public const string OwnerFile = "owner";

    private const string Prefix = "run-";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Enterable = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    // The folder is of Podman's group: its user may read what is for it, and nobody else.
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    private RunFolder(string path) => Path = path;

    public string Path { get; }

    /// <summary>Where containers write their logs.</summary>
    public string Logs => System.IO.Path.Combine(Path, "logs");

    /// <summary>The folder of the tunnels' sockets, which containers mount.</summary>
    public string Tunnel => System.IO.Path.Combine(Path, "tunnel");

    /// <summary>Where Aspire makes its temporary files, only for this user.</summary>
    public string Temporary => System.IO.Path.Combine(Path, "temporary");

    private string Secrets => System.IO.Path.Combine(Path, "secrets");

    private string Mounts => System.IO.Path.Combine(Path, "mounts");

    public static RunFolder Create(string root, string runId)
    {
        Directory.CreateDirectory(root);

        // It gets its name when its owner is in it: another run that starts would take it for what a killed one has left.
        var folder = new RunFolder(System.IO.Path.Combine(root, $".{Prefix}{runId}"));

        // As root, Podman is another user, whose group the folder has from the one it is in: he has to reach what containers mount.
        Directory.CreateDirectory(folder.Path, Environment.IsPrivilegedProcess ? OwnerOnly | UnixFileMode.GroupExecute : OwnerOnly);
        Directory.CreateDirectory(folder.Secrets, OwnerOnly | UnixFileMode.GroupExecute);
        Directory.CreateDirectory(folder.Temporary, OwnerOnly);

        // Without the bit by which folders in it would be of Podman's group.
        File.SetUnixFileMode(folder.Temporary, OwnerOnly);
        CreateEnterable(folder.Tunnel);
        CreateEnterable(folder.Mounts);

        CreateWritable(folder.Logs);
        File.WriteAllText(System.IO.Path.Combine(folder.Path, OwnerFile), RunOwner.Current.ToString());
        Directory.Move(folder.Path, PathOf(root, runId));
        return new(PathOf(root, runId));
    }

    public static string PathOf(string root, string runId) => System.IO.Path.Combine(root, $"{Prefix}{runId}");

    /// <summary>The runs that have a folder, and their owners.</summary>
    public static IEnumerable<(string RunId, RunOwner? Owner)> List(string root)
        => !Directory.Exists(root) ? [] : Directory.EnumerateDirectories(root, $"{Prefix}*").Select(static path => (System.IO.Path.GetFileName(path)[Prefix.Length..], RunOwner.Read(System.IO.Path.Combine(path, OwnerFile))));

    /// <summary>Writes a file that only this process and Podman's user can read.</summary>
    public async Task<string> WriteSecretAsync(string name, string content, CancellationToken cancellationToken)
    {
        var path = System.IO.Path.Combine(Secrets, name);
        var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = Private });
        await using (file.ConfigureAwait(false))
        {
            await file.WriteAsync(Encoding.UTF8.GetBytes(content), cancellationToken).ConfigureAwait(false);
        }

        return path;
    }

    /// <summary>Makes an empty folder for what one container mounts. It can read it, whoever it runs as; on the host the run's folder closes it to others.</summary>
    public string CreateMountFolder(string name)
    {
        var path = System.IO.Path.Combine(Mounts, name);
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }

        return CreateEnterable(path);
    }

    /// <summary>Makes a folder in which Podman's user makes files.</summary>
    public static string CreateWritable(string path)
    {
        Directory.CreateDirectory(path);
        File.SetUnixFileMode(path, OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.SetGroup);
        return path;
    }

    /// <summary>Makes a folder everybody may enter, whatever the umask is.</summary>
    public static string CreateEnterable(string path)
    {
        Directory.CreateDirectory(path);
        File.SetUnixFileMode(path, Enterable);
        return path;
    }
}

/// <summary>The process a run belongs to.</summary>
/// <param name="ProcessId">Its id.</param>
/// <param name="StartTicks">When it began, in the kernel's ticks since its own start: ids are given again.</param>
internal sealed record RunOwner(int ProcessId, string StartTicks)
{
    // Fields of /proc/PID/stat after the name, which ends with the last parenthesis: proc(5).
    private const int StartTimeField = 19;

    public static RunOwner Current => new(Environment.ProcessId, TicksOf(Environment.ProcessId) ?? string.Empty);

    public bool IsAlive => TicksOf(ProcessId) == StartTicks;

    public static RunOwner? Read(string path)
    {
        try
        {
            return File.ReadAllText(path).Split(' ') is [var id, var ticks] ? new(int.Parse(id, CultureInfo.InvariantCulture), ticks) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException)
        {
            return null;
        }
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{ProcessId} {StartTicks}");

    private static string? TicksOf(int processId)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{processId}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[StartTimeField];
        }
        catch (IOException)
        {
            return null;
        }
    }
}
