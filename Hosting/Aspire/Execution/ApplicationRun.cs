using Aspire.Hosting.Dcp;
using Microsoft.Extensions.Options;

namespace Aspire.Hosting.Execution;

/// <summary>One run of the application: its name, its folder, and the reaper that removes what the run leaves.</summary>
internal sealed class ApplicationRun(IServiceProvider services, IConfiguration configuration, IOptions<DcpOptions> options, TimeProvider time)
{
    private DcpInstallation? _installation;
    private RunFolder? _folder;
    private Reaper? _reaper;

    /// <summary>Part of the names of all that the run makes.</summary>
    public string Id { get; } = options.Value.RunId ?? throw new InvalidOperationException("The run has no id.");

    // Kept: an application that is disposed without having been stopped has no services left to ask.
    public DcpInstallation Installation => _installation ??= services.GetRequiredService<DcpInstallation>();

    public RunFolder Folder => _folder ?? throw new InvalidOperationException("The run has not begun.");

    public DateTimeOffset Begun { get; private set; }

    /// <summary>Whether those who made networks beforehand have said that they are gone; without such word the reaper looks.</summary>
    public bool NetworksRemoved => string.Equals(configuration[$"{DcpOptions.Section}:NetworksRemoved"], bool.TrueString, StringComparison.OrdinalIgnoreCase);

    /// <summary>Makes the run's folder and posts the reaper, before there is anything to reap; nothing when that has been done.</summary>
    /// <param name="files">Files outside of the run's folder that go with the run.</param>
    public void Begin(params IEnumerable<string> files)
    {
        if (_folder is not null)
        {
            return;
        }

        Begun = time.GetUtcNow();
        _folder = new(Installation.RunRoot, Id);
        configuration[$"{DcpOptions.Section}:RunFolder"] = _folder.Path;
        _reaper = Reaper.Start(Installation, _folder, Id, files);
    }

    /// <summary>Lets the reaper remove what is left, such as the run's folder.</summary>
    /// <param name="clean">Whether no container and no network is left.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task EndAsync(bool clean, CancellationToken cancellationToken)
    {
        if (_reaper is { } reaper)
        {
            _reaper = null;
            await reaper.FinishAsync(clean, cancellationToken).ConfigureAwait(false);
            reaper.Dispose();
        }
    }
}
