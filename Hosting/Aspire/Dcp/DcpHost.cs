using System.Globalization;
using Aspire.Hosting.Dcp.Client;
using Microsoft.Extensions.Options;

namespace Aspire.Hosting.Dcp;

/// <summary>The DCP of this run: started, stopped, and never outliving it.</summary>
internal sealed class DcpHost(IServiceProvider services, IConfiguration configuration, IOptions<DcpOptions> options, TimeProvider time)
{
    private DcpInstallation? _installation;
    private RunFolder? _folder;
    private Reaper? _reaper;
    private DcpProcess? _process;
    private bool _clean;

    public string RunId { get; } = options.Value.RunId ?? throw new InvalidOperationException("The run has no id.");

    // Whoever made the run's networks says here that they are gone; without such word the reaper looks.
    private bool NetworksRemoved => string.Equals(configuration[$"{DcpOptions.Section}:NetworksRemoved"], bool.TrueString, StringComparison.OrdinalIgnoreCase);

    // Kept: an application that is disposed without having been stopped has no services left to ask.
    public DcpInstallation Installation => _installation ??= services.GetRequiredService<DcpInstallation>();

    public RunFolder Folder => _folder ?? throw new InvalidOperationException("The run has not begun.");

    public DcpClient Client => _process?.Client ?? throw new InvalidOperationException("DCP has not been started.");

    /// <summary>Makes the run's folder and posts the reaper, before there is anything to reap.</summary>
    public void BeginRun()
    {
        _folder = new(Installation.RunRoot, RunId);
        configuration[$"{DcpOptions.Section}:RunFolder"] = _folder.Path;
        _reaper = Reaper.Start(Installation, _folder, RunId);
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            _process = await DcpProcess.StartAsync(
                new()
                {
                    DcpPath = Installation.DcpPath,
                    SessionFolder = Folder.Session,
                    ContainerRuntime = Installation.Runtime,
                    RuntimeFolder = Installation.RuntimeFolder,
                    StopTimeout = TimeSpan.FromSeconds(options.Value.StopTimeoutSeconds),
                },
                time,
                cancellationToken).ConfigureAwait(false);
            await File.WriteAllTextAsync(Path.Combine(Folder.Path, "dcp.pid"), _process.ProcessId.ToString(CultureInfo.InvariantCulture), cancellationToken).ConfigureAwait(false);
        }
        catch (DcpException exception)
        {
            throw new DistributedApplicationException(exception.Message, exception);
        }
    }

    /// <summary>Completes when DCP has ended without being told to; the value says what it last wrote.</summary>
    public async Task<string> EndedUnexpectedlyAsync(CancellationToken cancellationToken)
    {
        var process = _process ?? throw new InvalidOperationException("DCP has not been started.");
        await process.Exited.WaitAsync(cancellationToken).ConfigureAwait(false);
        return process.LogTail();
    }

    /// <summary>Stops what runs, all at once, and then DCP.</summary>
    /// <param name="stopProcesses">Stops the processes DCP started.</param>
    /// <param name="cancellationToken">Ends the grace.</param>
    public async Task StopAsync(Func<CancellationToken, Task> stopProcesses, CancellationToken cancellationToken)
    {
        if (_process is not { } process)
        {
            return;
        }

        var containers = new RunContainers(Installation, RunId).RemoveAsync(cancellationToken);
        await stopProcesses(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _clean = await containers.ConfigureAwait(false);

        // What is not gone by now, DCP is to remove.
        await process.StopAsync(cleanUp: !_clean, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Lets the reaper remove what is left, such as the run's folder.</summary>
    public async Task EndRunAsync(CancellationToken cancellationToken)
    {
        if (_process is { } process)
        {
            _process = null;
            await process.DisposeAsync().ConfigureAwait(false);
        }

        if (_reaper is { } reaper)
        {
            _reaper = null;
            await reaper.FinishAsync(_clean && NetworksRemoved, cancellationToken).ConfigureAwait(false);
            reaper.Dispose();
        }
    }
}
