using System.Diagnostics;
using System.Globalization;

namespace XoeNovAi.AppHost.Startup;

/// <summary>
/// Ends the stack when the <c>dotnet run</c> that launched it is gone. It passes signals on; killed, it cannot, and the stack
/// would run on with nobody who knows of it. For its own command Aspire does the same.
/// </summary>
internal sealed class LauncherWatch(IHostApplicationLifetime lifetime, ILogger<LauncherWatch> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var launcher = Find();
        if (launcher is null)
        {
            return;
        }

        await launcher.WaitForExitAsync(stoppingToken).ConfigureAwait(false);
        logger.LogWarning("'dotnet run' (process {Process}), which launched the stack, has ended: the stack ends too.", launcher.Id);
        lifetime.StopApplication();
    }

    private static Process? Find()
    {
        try
        {
            return ParentId() is { } parent && IsDotnetRun(parent) ? Process.GetProcessById(parent) : null;
        }
        catch (Exception exception) when (exception is ArgumentException or IOException or UnauthorizedAccessException)
        {
            // It has ended already, or this system does not tell: then there is nothing to wait for.
            return null;
        }
    }

    private static int? ParentId()
        => File.ReadLines("/proc/self/status").FirstOrDefault(static l => l.StartsWith("PPid:", StringComparison.Ordinal)) is { } line
            ? int.Parse(line.AsSpan("PPid:".Length), CultureInfo.InvariantCulture)
            : null;

    private static bool IsDotnetRun(int processId)
        => File.ReadAllText($"/proc/{processId}/cmdline").Split('\0') is [var program, .. var arguments]
            && Path.GetFileName(program) == "dotnet"
            && arguments.Contains("run", StringComparer.Ordinal);
}
