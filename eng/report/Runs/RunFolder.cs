using System.Diagnostics;
using System.Globalization;

namespace XoeNovAi.Report.Runs;

/// <summary>Where the reports are: <c>artifacts/report</c>, a folder for each of the last ten runs.</summary>
public static class RunFolder
{
    private const int Kept = 10;
    private const string Marker = "eng/setup";
    private const string Page = "index.html";
    private const string NameFormat = "yyyyMMdd-HHmmss";

    /// <summary>The repository that a folder is in.</summary>
    /// <exception cref="DirectoryNotFoundException">It is in none.</exception>
    public static string Repository(string folder)
    {
        for (var parent = new DirectoryInfo(folder); parent is not null; parent = parent.Parent)
        {
            if (File.Exists(Path.Combine(parent.FullName, Marker)))
            {
                return parent.FullName;
            }
        }

        throw new DirectoryNotFoundException($"'{folder}' is in no checkout: none of its parents has {Marker}.");
    }

    /// <summary>The folders of the runs there are, the newest first.</summary>
    public static IReadOnlyList<string> All(string repository)
    {
        var root = Root(repository);
        return Directory.Exists(root) ? [.. Directory.EnumerateDirectories(root).OrderDescending(StringComparer.Ordinal)] : [];
    }

    /// <summary>
    /// The folder of the run this process is part of, which is made when it is not there; older runs than the last ten go. Test projects
    /// that one <c>dotnet test</c> runs are one run.
    /// </summary>
    public static string Current(string repository)
    {
        var folder = Path.Combine(Root(repository), BeginOfRun().ToString(NameFormat, CultureInfo.InvariantCulture));
        Directory.CreateDirectory(folder);
        foreach (var old in All(repository).Skip(Kept))
        {
            Directory.Delete(old, recursive: true);
        }

        return folder;
    }

    /// <summary>The page of a run.</summary>
    public static string PageOf(string folder) => Path.Combine(folder, Page);

    private static string Root(string repository) => Path.Combine(repository, "artifacts", "report");

    private static DateTime BeginOfRun()
    {
        using var own = Process.GetCurrentProcess();
        try
        {
            // The parent's number is the fourth word, behind the name in its parentheses.
            var status = File.ReadAllText("/proc/self/stat");
            var parent = int.Parse(status[(status.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
            var words = File.ReadAllText($"/proc/{parent}/cmdline").Split('\0');
            if (words.Length > 1 && Path.GetFileName(words[0]) == "dotnet" && words.Contains("test"))
            {
                using var runner = Process.GetProcessById(parent);
                return runner.StartTime.ToUniversalTime();
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // It has gone, or is somebody else's: then this process is a run of its own.
        }

        return own.StartTime.ToUniversalTime();
    }
}
