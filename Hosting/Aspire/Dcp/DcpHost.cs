using System.Globalization;
using Aspire.Hosting.Dcp.Client;
using Microsoft.Extensions.Options;

namespace Aspire.Hosting.Dcp;

/// <summary>The DCP of this run: started, stopped, and never outliving it.</summary>
internal sealed class DcpHost(IServiceProvider services, IConfiguration configuration, IOptions<DcpOptions> options, TimeProvider time)
{
    private RunFolder? _folder;
    private Reaper? _reaper;
    private DcpProcess? _process;

    public string RunId { get; } = options.Value.RunId ?? throw new InvalidOperationException("The run has no id.");

    public DcpInstallation Installation => services.GetRequiredService<DcpInstallation>();

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

    /// <summary>Stops DCP, which removes what it made.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_process is { } process)
        {
            await process.StopAsync(cleanUp: true, cancellationToken).ConfigureAwait(false);
        }
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
            await reaper.FinishAsync(cancellationToken).ConfigureAwait(false);
            reaper.Dispose();
        }
    }
}
