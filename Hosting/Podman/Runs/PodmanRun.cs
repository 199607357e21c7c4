using System.Security.Cryptography;
using XoeNovAi.Hosting.Podman.Setup;

namespace XoeNovAi.Hosting.Podman.Runs;

/// <summary>One run of the application on Podman: its id, its folder, and the reaper that removes what the run leaves.</summary>
public sealed class PodmanRun : IDisposable
{
    /// <summary>The label of every container and network of a run, with the run's id.</summary>
    public const string Label = "io.xoe-novai.run";

    internal const int IdLength = 8;
    private const string IdSetting = "Podman:RunId";
    private readonly PodmanEnvironment _environment;
    private readonly ILogger<PodmanRun> _logger;
    private readonly Lock _lock = new();
    private RunFolder? _folder;
    private Reaper? _reaper;

    /// <summary>Creates a run, which has not begun.</summary>
    /// <exception cref="DistributedApplicationException">The id that the configuration gives is none.</exception>
    public PodmanRun(PodmanEnvironment environment, IConfiguration configuration, ILogger<PodmanRun> logger)
    {
        _environment = environment;
        _logger = logger;
        Id = configuration[IdSetting] ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdLength / 2));
        if (Id.Length != IdLength || !Id.All(char.IsAsciiHexDigitLower))
        {
            throw new DistributedApplicationException($"'{IdSetting}' is '{Id}'; the id of a run has {IdLength} digits from 0 to f. Leave it out: one is made then.");
        }
    }

    /// <summary>Part of the names of all that the run makes: eight hexadecimal digits, random unless <c>Podman:RunId</c> gives them.</summary>
    public string Id { get; }

    /// <summary>A folder only this user and Podman's can enter; it goes with the run, however that ends.</summary>
    public string FolderPath => Folder.Path;

    internal string LabelArgument => $"{Label}={Id}";

    internal RunFolder Folder => Begin();

    /// <inheritdoc />
    public void Dispose() => Interlocked.Exchange(ref _reaper, null)?.Dispose();

    /// <summary>Makes the run's folder and posts the reaper, where that has not been done: before there is anything to reap.</summary>
    internal RunFolder Begin()
    {
        lock (_lock)
        {
            if (_folder is null)
            {
                _folder = RunFolder.Create(_environment.RunRoot, Id);
                _reaper = Reaper.Start(_environment, _folder, Id, () => _logger.LogWarning("The process that removes what this run leaves behind has ended. Should the AppHost be killed now, 'eng/doctor' names what is left."));
            }

            return _folder;
        }
    }

    /// <summary>Lets the reaper remove what is left, such as the run's folder.</summary>
    /// <param name="clean">Whether no container and no network is left.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    internal async Task EndAsync(bool clean, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _reaper, null) is { } reaper)
        {
            using (reaper)
            {
                await reaper.FinishAsync(clean, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
