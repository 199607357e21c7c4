using System.Globalization;
using System.Text;

namespace XoeNovAi.IntegrationTests.Hosting;

/// <summary>A process, as /proc shows it.</summary>
internal sealed record ProcessEntry(int Id, int Parent, int Group, int Session, string Started, bool IsZombie, IReadOnlyList<string> Arguments, string Environment)
{
    // Of /proc/PID/stat, counted from behind the name in parentheses.
    private const int StateField = 0;
    private const int ParentField = 1;
    private const int GroupField = 2;
    private const int SessionField = 3;
    private const int StartedField = 19;

    public string Command => string.Join(' ', Arguments);

    public static IReadOnlyList<ProcessEntry> All()
        => [.. Directory.EnumerateDirectories("/proc").Select(static d => int.TryParse(Path.GetFileName(d), out var id) ? Read(id) : null).OfType<ProcessEntry>()];

    /// <summary>Reads a process; null when it is gone.</summary>
    public static ProcessEntry? Read(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return new(
                id,
                int.Parse(fields[ParentField], CultureInfo.InvariantCulture),
                int.Parse(fields[GroupField], CultureInfo.InvariantCulture),
                int.Parse(fields[SessionField], CultureInfo.InvariantCulture),
                fields[StartedField],
                fields[StateField] == "Z",
                Strings($"/proc/{id}/cmdline"),
                string.Join('\n', Strings($"/proc/{id}/environ")));
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static string[] Strings(string path)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes(path)).Split('\0', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
