using System.Diagnostics;
using XoeNovAi.Hosting.Tests.Dcp;

namespace XoeNovAi.Hosting.Tests.Containers;

/// <summary>Podman, as the application calls it.</summary>
internal static class Podman
{
    /// <summary>The lines a command prints; it must end well.</summary>
    public static async Task<string[]> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(DcpEnvironment.Read().RuntimeFolder, "podman"), arguments) { RedirectStandardOutput = true };
        using var podman = Process.Start(start)!;
        var output = await podman.StandardOutput.ReadToEndAsync();
        await podman.WaitForExitAsync();
        Assert.AreEqual(0, podman.ExitCode, $"podman {string.Join(' ', arguments)}");
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
