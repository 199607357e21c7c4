using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace XoeNovAi.ServiceDefaults.Lifetime;

/// <summary>Something a service does in the background, kept going by <see cref="Supervision"/>.</summary>
/// <param name="time">The clock of the pauses.</param>
/// <param name="logger">Where its unexpected end is written.</param>
public abstract class SupervisedService(TimeProvider time, ILogger logger) : BackgroundService
{
    /// <summary>The clock of the service.</summary>
    protected TimeProvider Time => time;

    /// <inheritdoc />
    protected sealed override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Supervision.KeepAsync(GetType().Name, RunAsync, logger, time, stoppingToken);

    /// <summary>Does it, until the service stops. It is called again when it ends by an exception.</summary>
    /// <param name="stoppingToken">The service stops.</param>
    /// <returns>A task that completes when there is nothing left to do.</returns>
    protected abstract Task RunAsync(CancellationToken stoppingToken);
}
