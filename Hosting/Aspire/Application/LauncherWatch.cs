using System.Diagnostics;
using System.Globalization;

namespace Aspire.Hosting;

/// <summary>
/// Ends the application when what launched it is gone: the <c>aspire</c> command, which names itself in
/// <c>ASPIRE_CLI_PID</c>, or <c>dotnet run</c>. They pass signals on; killed, they cannot, and the application would
/// run on with nobody who knows of it.
/// </summary>
internal sealed class LauncherWatch(IConfiguration configuration, IHostApplicationLifetime lifetime, ILogger<LauncherWatch> logger) : BackgroundService
{
    private const string CliProcessKey = "ASPIRE_CLI_PID";

    /// <summary>The process of the <c>aspire</c> command that launched the application; null when something else did.</summary>
    public static int? CliProcessOf(IConfiguration configuration)
        => int.TryParse(configuration[CliProcessKey], CultureInfo.InvariantCulture, out var process) ? process : null;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var launcher = Find();
        if (launcher is null)
        {
            return;
        }

        await launcher.WaitForExitAsync(stoppingToken).ConfigureAwait(false);
        logger.LogWarning("Process {Process}, which launched this application, has ended: it ends too.", launcher.Id);
        lifetime.StopApplication();
    }

    private Process? Find()
    {
        try
        {
            return (CliProcessOf(configuration) ?? (ParentId() is { } parent && IsDotnetRun(parent) ? parent : null)) is { } launcher
                ? Process.GetProcessById(launcher)
                : null;
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
