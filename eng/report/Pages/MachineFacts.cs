using System.Globalization;
using System.Runtime.InteropServices;

namespace XoeNovAi.Report.Pages;

/// <summary>What a run was made with.</summary>
internal static class MachineFacts
{
    private const string Reference = "ref: ";

    public static IReadOnlyList<(string Name, string Value)> Of(string repository) =>
    [
        ("Stack", Environment.GetEnvironmentVariable(RunReport.AttachVariable) is { Length: > 0 } gateway ? $"that of {gateway}, attached to" : "the tests' own"),
        ("Commit", Commit(Path.Combine(repository, ".git")) ?? "unknown"),
        (".NET", RuntimeInformation.FrameworkDescription),
        ("System", $"{RuntimeInformation.OSDescription}, {RuntimeInformation.OSArchitecture}"),
        ("Processors", Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture)),
        ("Memory", string.Create(CultureInfo.InvariantCulture, $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1024.0 * 1024 * 1024):0.0} GB")),
    ];

    // A worktree has a file there that names the folder; what a branch points to may be packed.
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
        var references = File.Exists(common) ? Path.Combine(folder, File.ReadAllText(common).Trim()) : folder;
        var name = points[Reference.Length..];
        var branch = Path.Combine(references, name);
        if (File.Exists(branch))
        {
            return File.ReadAllText(branch).Trim();
        }

        var packed = Path.Combine(references, "packed-refs");
        return (File.Exists(packed) ? File.ReadLines(packed).FirstOrDefault(l => l.EndsWith($" {name}", StringComparison.Ordinal))?.Split(' ')[0] : null) ?? name;
    }
}
