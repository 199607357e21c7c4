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
            return int.TryParse(configuration[CliProcessKey], CultureInfo.InvariantCulture, out var cli)
                ? Process.GetProcessById(cli)
                : ParentId() is { } parent && IsDotnetRun(parent) ? Process.GetProcessById(parent) : null;
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
