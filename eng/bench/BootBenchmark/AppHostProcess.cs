using System.Diagnostics;
using System.Globalization;

namespace XoeNovAi.BootBenchmark;

/// <summary>The AppHost as <c>dotnet run</c> starts it: a process of its own, with the dashboard.</summary>
internal static class AppHostProcess
{
    private const string HealthyLine = "resources are healthy";
    private const string Resident = "VmRSS:";

    /// <summary>Starts it, asks until a query is answered, reads its memory when everything is healthy, and ends it with SIGTERM.</summary>
    public static async Task<Measurement> MeasureAsync(CancellationToken cancellationToken)
    {
        var gatewayPort = FreePort.Find();
        var clock = Stopwatch.StartNew();
        using var process = Start(gatewayPort);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        var healthy = HealthyAsync(process, clock);
        TimeSpan answer;
        TimeSpan start;
        double megabytes;
        try
        {
            using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var answered = FirstAnswer.WaitAsync(gatewayPort, clock, over.Token);
            if (await Task.WhenAny(answered, process.WaitForExitAsync(cancellationToken)) != answered)
            {
                await over.CancelAsync();
                cancellationToken.ThrowIfCancellationRequested();
                throw new InvalidOperationException($"The AppHost ended with exit code {process.ExitCode}: {(await errors).Trim()}");
            }

            answer = await answered;
            start = await healthy.WaitAsync(cancellationToken) ?? throw new InvalidOperationException($"The AppHost ended before it was healthy: {(await errors).Trim()}");
            megabytes = MegabytesOf(process.Id);
        }
        finally
        {
            clock.Restart();
            await EndAsync(process);
        }

        return new(start, answer, clock.Elapsed, megabytes);
    }

    private static Process Start(int gatewayPort)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Projects.AppHost).Assembly.Location, string.Create(CultureInfo.InvariantCulture, $"--Stack:GatewayPort={gatewayPort}")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ASPNETCORE_URLS"] = $"http://localhost:{FreePort.Find()}";
        start.Environment["DOTNET_ENVIRONMENT"] = "Development";
        return Process.Start(start) ?? throw new InvalidOperationException("dotnet could not be started.");
    }

    // Reads to the end: a full pipe would halt it.
    private static async Task<TimeSpan?> HealthyAsync(Process process, Stopwatch clock)
    {
        var seen = new TaskCompletionSource<TimeSpan?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = Task.Run(async () =>
        {
            while (await process.StandardOutput.ReadLineAsync() is { } line)
            {
                if (line.Contains(HealthyLine, StringComparison.Ordinal))
                {
                    seen.TrySetResult(clock.Elapsed);
                }
            }

            seen.TrySetResult(null);
        });
        return await seen.Task;
    }

    private static async Task EndAsync(Process process)
    {
        using (Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static double MegabytesOf(int processId)
    {
        var line = File.ReadLines($"/proc/{processId}/status").First(static l => l.StartsWith(Resident, StringComparison.Ordinal));
        return double.Parse(line[Resident.Length..].Replace("kB", string.Empty, StringComparison.Ordinal), CultureInfo.InvariantCulture) / 1024;
    }
}
