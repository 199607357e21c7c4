using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text;

namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>Finds what the processes of a run listen on: DCP, its helpers, the dashboard, and this process.</summary>
internal static class RunListeners
{
    private const string Listening = "0A";
    private const int LocalField = 1;
    private const int StateField = 3;
    private const int InodeField = 9;

    public static async Task<IReadOnlyList<RunListener>> FindAsync(string runId, CancellationToken cancellationToken)
    {
        var sockets = new Dictionary<string, IPEndPoint>(StringComparer.Ordinal);
        foreach (var table in (string[])["/proc/net/tcp", "/proc/net/tcp6"])
        {
            foreach (var line in (await File.ReadAllLinesAsync(table, cancellationToken)).Skip(1))
            {
                var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (fields[StateField] == Listening)
                {
                    sockets[$"socket:[{fields[InodeField]}]"] = Parse(fields[LocalField]);
                }
            }
        }

        return
        [
            .. Directory.EnumerateDirectories("/proc").Where(static d => int.TryParse(Path.GetFileName(d), out _) && Directory.Exists(d))
                .Where(d => Path.GetFileName(d) == Environment.ProcessId.ToString(CultureInfo.InvariantCulture) || Knows(d, runId))
                .SelectMany(d => SocketsOf(d).Where(sockets.ContainsKey).Distinct().Select(s => new RunListener(int.Parse(Path.GetFileName(d), CultureInfo.InvariantCulture), Read($"{d}/comm").Trim(), sockets[s]))),
        ];
    }

    // The processes DCP starts know the run's folder, which has its id, from their environment.
    private static bool Knows(string process, string runId) => Read($"{process}/environ").Contains($"run-{runId}", StringComparison.Ordinal);

    private static string Read(string path)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes(path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return string.Empty;
        }
    }

    private static List<string> SocketsOf(string process)
    {
        try
        {
            return [.. new DirectoryInfo($"{process}/fd").EnumerateFileSystemInfos().Select(static f => f.LinkTarget ?? string.Empty)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    // Groups of four bytes, each in the machine's order.
    private static IPEndPoint Parse(string text)
    {
        var parts = text.Split(':');
        var bytes = Convert.FromHexString(parts[0]);
        for (var i = 0; i < bytes.Length; i += sizeof(uint))
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(i), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(i)));
        }

        var address = new IPAddress(bytes);
        return new(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, int.Parse(parts[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
    }
}
