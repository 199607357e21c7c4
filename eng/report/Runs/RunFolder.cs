using System.Diagnostics;
using System.Globalization;

namespace XoeNovAi.Report.Runs;

/// <summary>Where the reports are: <c>artifacts/report</c>, a folder for each of the last ten runs.</summary>
public static class RunFolder
{
    private const int Kept = 10;
    private const int MostGenerations = 4;
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

    /// <summary>The folder of the run this process is part of, which need not be there yet. Test projects that one <c>dotnet test</c> runs are one run.</summary>
    public static string Current(string repository) => Path.Combine(Root(repository), BeginOfRun().ToString(NameFormat, CultureInfo.InvariantCulture));

    /// <summary>Makes a run's folder where it is not there; older runs than the last ten go.</summary>
    public static void Make(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var old in All(Repository(folder)).Skip(Kept))
        {
            Directory.Delete(old, recursive: true);
        }
    }

    /// <summary>The page of a run.</summary>
    public static string PageOf(string folder) => Path.Combine(folder, Page);

    private static string Root(string repository) => Path.Combine(repository, "artifacts", "report");

    // Between it and the runner there may be another process of the tests, which watches over this one.
    private static DateTime BeginOfRun()
    {
        using var own = Process.GetCurrentProcess();
        try
        {
            var process = own.Id;
            for (var generation = 0; generation < MostGenerations; generation++)
            {
                process = ParentOf(process);
                var words = File.ReadAllText($"/proc/{process}/cmdline").Split('\0');
                if (words.Length > 1 && Path.GetFileName(words[0]) == "dotnet" && words[1] == "test")
                {
                    using var runner = Process.GetProcessById(process);
                    return runner.StartTime.ToUniversalTime();
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // It has gone, or is somebody else's: then this process is a run of its own.
        }

        return own.StartTime.ToUniversalTime();
    }

    // The parent's number is the second word behind the name in its parentheses.
    private static int ParentOf(int process)
    {
        var status = File.ReadAllText($"/proc/{process}/stat");
        return int.Parse(status[(status.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
    }
}
