using System.Diagnostics;
using System.Globalization;

namespace XoeNovAi.BootBenchmark;

/// <summary>The AppHost as <c>dotnet run</c> starts it: a process of its own, whose memory can be read.</summary>
internal static class AppHostProcess
{
    private const string HealthyLine = "resources are healthy";

    /// <summary>Starts it, reads its memory when everything is healthy, and ends it with SIGTERM.</summary>
    public static async Task<(TimeSpan Start, TimeSpan Stop, double Megabytes)> MeasureAsync(CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var start = new ProcessStartInfo("dotnet", [typeof(Projects.AppHost).Assembly.Location, $"--Stack:GatewayPort={FreePort.Find()}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("dotnet could not be started.");
        try
        {
            var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
            await WaitForHealthAsync(process, errors, cancellationToken).ConfigureAwait(false);
            var started = clock.Elapsed;
            var megabytes = MegabytesOf(process.Id);
            var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
            clock.Restart();
            await EndAsync(process).ConfigureAwait(false);
            await output.ConfigureAwait(false);
            return (started, clock.Elapsed, megabytes);
        }
        finally
        {
            if (!process.HasExited)
            {
                await EndAsync(process).ConfigureAwait(false);
            }
        }
    }

    private static async Task WaitForHealthAsync(Process process, Task<string> errors, CancellationToken cancellationToken)
    {
        while (await process.StandardOutput.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            if (line.Contains(HealthyLine, StringComparison.Ordinal))
            {
                return;
            }
        }

        throw new InvalidOperationException($"The AppHost ended: {(await errors.ConfigureAwait(false)).Trim()}");
    }

    private static async Task EndAsync(Process process)
    {
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
    }

    private static double MegabytesOf(int processId)
    {
        const string Resident = "VmRSS:";
        var line = File.ReadLines($"/proc/{processId}/status").First(static l => l.StartsWith(Resident, StringComparison.Ordinal));
        return double.Parse(line[Resident.Length..].Replace("kB", string.Empty, StringComparison.Ordinal), CultureInfo.InvariantCulture) / 1024;
    }
}
