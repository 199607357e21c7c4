using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dcp.Client;
using Aspire.Hosting.Execution;
using Microsoft.Extensions.Options;

namespace Aspire.Hosting.Dcp;

/// <summary>The DCP of this run, where the model has processes: started, stopped, and never outliving it.</summary>
internal sealed class DcpHost(ApplicationRun run, IOptions<DcpOptions> options, TimeProvider time)
{
    private DcpProcess? _process;

    public DcpClient Client => _process?.Client ?? throw new InvalidOperationException("DCP has not been started.");

    public bool IsRunning => _process is not null;

    /// <summary>Whether there is anything for DCP to do: processes, and the proxies and tunnels that lead to them.</summary>
    public static bool IsNeeded(DistributedApplicationModel model) => model.Resources.Any(static r => ResourceExecutor.IsRun(r) && !r.IsContainer());

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            _process = await DcpProcess.StartAsync(
                new()
                {
                    DcpPath = run.Installation.DcpPath,
                    SessionFolder = run.Folder.Session,
                    ContainerRuntime = run.Installation.Runtime,
                    RuntimeFolder = run.Installation.RuntimeFolder,
                    StopTimeout = TimeSpan.FromSeconds(options.Value.StopTimeoutSeconds),
                },
                time,
                cancellationToken).ConfigureAwait(false);
            await File.WriteAllTextAsync(Path.Combine(run.Folder.Path, "dcp.pid"), _process.ProcessId.ToString(CultureInfo.InvariantCulture), cancellationToken).ConfigureAwait(false);
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

    /// <summary>Stops DCP.</summary>
    /// <param name="cleanUp">Whether it is to remove what is still there.</param>
    /// <param name="cancellationToken">Ends the grace.</param>
    public async Task StopAsync(bool cleanUp, CancellationToken cancellationToken)
    {
        if (_process is { } process)
        {
            _process = null;
            await process.StopAsync(cleanUp, cancellationToken).ConfigureAwait(false);
            await process.DisposeAsync().ConfigureAwait(false);
        }
    }
}
