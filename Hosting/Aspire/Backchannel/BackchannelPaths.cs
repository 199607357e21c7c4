using System.Buffers.Text;
using System.Globalization;
using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;

namespace Aspire.Hosting.Backchannel;

/// <summary>Where the aspire command looks for running AppHosts.</summary>
internal static class BackchannelPaths
{
    private const int ApplicationIdLength = 11;
    private const int InstanceIdLength = 8;

    /// <summary>A socket of an AppHost's own: named after its project and this process, which is how it is found.</summary>
    public static string NewSocket(string projectPath)
    {
        Span<byte> instance = stackalloc byte[6];
        RandomNumberGenerator.Fill(instance);
        return Path.Combine(Folder, string.Create(CultureInfo.InvariantCulture, $"{ApplicationIdOf(projectPath)}{Base64Url.EncodeToString(instance)}.{Environment.ProcessId}"));
    }

    /// <summary>Removes what AppHosts of the same project have left behind that were killed.</summary>
    public static void RemoveOrphans(string projectPath)
    {
        if (!Directory.Exists(Folder))
        {
            return;
        }

        foreach (var socket in Directory.EnumerateFiles(Folder, $"{ApplicationIdOf(projectPath)}*.*"))
        {
            var name = Path.GetFileName(socket);
            if (name.IndexOf('.', StringComparison.Ordinal) == ApplicationIdLength + InstanceIdLength
                && int.TryParse(name.AsSpan(ApplicationIdLength + InstanceIdLength + 1), CultureInfo.InvariantCulture, out var process)
                && !Directory.Exists($"/proc/{process}"))
            {
                File.Delete(socket);
            }
        }
    }

    private static string Folder => Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".aspire", "cli", "bch");

    private static string ApplicationIdOf(string projectPath) => Base64Url.EncodeToString(XxHash3.Hash(Encoding.UTF8.GetBytes(Resolve(projectPath))));

    // The command resolves links before it looks.
    private static string Resolve(string path)
    {
        var resolved = Path.GetPathRoot(path) ?? string.Empty;
        foreach (var part in path[resolved.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            var next = Path.Combine(resolved, part);
            FileSystemInfo entry = Directory.Exists(next) ? new DirectoryInfo(next) : new FileInfo(next);
            resolved = entry.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? next;
        }

        return resolved;
    }
}
