using System.Globalization;

namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>What a process's control groups limit it to; null where nothing does.</summary>
/// <param name="Memory">Bytes.</param>
/// <param name="Cpus">Processors.</param>
/// <param name="Pids">Processes.</param>
internal sealed record ControlGroup(string? Memory, string? Cpus, string? Pids)
{
    private const string Root = "/sys/fs/cgroup";

    /// <summary>Reads them, of version 2 and of version 1.</summary>
    public static async Task<ControlGroup> OfAsync(int processId, CancellationToken cancellationToken)
    {
        var groups = (await File.ReadAllLinesAsync($"/proc/{processId}/cgroup", cancellationToken)).Select(static l => l.Split(':', 3)).ToList();
        if (File.Exists(Path.Combine(Root, "cgroup.controllers")))
        {
            var folder = Root + groups.Single(static g => g[0] == "0")[2];
            return new(Read($"{folder}/memory.max"), Share(Read($"{folder}/cpu.max")), Read($"{folder}/pids.max"));
        }

        return new(
            Read($"{FolderOf(groups, "memory")}/memory.limit_in_bytes"),
            Share($"{Read($"{FolderOf(groups, "cpu")}/cpu.cfs_quota_us")} {Read($"{FolderOf(groups, "cpu")}/cpu.cfs_period_us")}"),
            Read($"{FolderOf(groups, "pids")}/pids.max"));
    }

    private static string FolderOf(List<string[]> groups, string controller) => $"{Root}/{controller}{groups.Find(g => g[1].Split(',').Contains(controller))?[2]}";

    private static string? Read(string path) => File.Exists(path) ? File.ReadAllText(path).Trim() : null;

    // A quota of time in a period.
    private static string? Share(string? quota)
        => quota?.Split(' ') is [var time, var period] && long.TryParse(time, CultureInfo.InvariantCulture, out var allowed) && allowed > 0 && long.TryParse(period, CultureInfo.InvariantCulture, out var whole)
            ? ((double)allowed / whole).ToString(CultureInfo.InvariantCulture)
            : null;
}
