using System.Globalization;
using System.Runtime.InteropServices;

namespace XoeNovAi.Report.Pages;

/// <summary>What a run was made with.</summary>
internal static class MachineFacts
{
    private const string Reference = "ref: ";

    public static IReadOnlyList<(string Name, string Value)> Of(string repository) =>
    [
        ("Commit", Commit(Path.Combine(repository, ".git")) ?? "unknown"),
        (".NET", RuntimeInformation.FrameworkDescription),
        ("System", $"{RuntimeInformation.OSDescription}, {RuntimeInformation.OSArchitecture}"),
        ("Processors", Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture)),
        ("Memory", string.Create(CultureInfo.InvariantCulture, $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1024.0 * 1024 * 1024):0.0} GB")),
    ];

    // A worktree has a file there that names the folder; what a branch points to may be packed, and then its name is said.
    private static string? Commit(string git)
    {
        var folder = File.Exists(git) ? File.ReadAllText(git).Trim()["gitdir: ".Length..] : git;
        var head = Path.Combine(folder, "HEAD");
        if (!File.Exists(head))
        {
            return null;
        }

        var points = File.ReadAllText(head).Trim();
        if (!points.StartsWith(Reference, StringComparison.Ordinal))
        {
            return points;
        }

        var common = Path.Combine(folder, "commondir");
        var branch = Path.Combine(File.Exists(common) ? Path.Combine(folder, File.ReadAllText(common).Trim()) : folder, points[Reference.Length..]);
        return File.Exists(branch) ? File.ReadAllText(branch).Trim() : points[Reference.Length..];
    }
}
