using Microsoft.Extensions.Logging;

namespace XoeNovAi.ServiceDefaults.Lifetime;

/// <summary>
/// Keeps what a service does in the background going. What ends by an exception is a defect: it is logged as an error and begun
/// again after a pause, for a service that answers without one of its loops is worth more than one that has ended.
/// </summary>
public static class Supervision
{
    // Who has run this long has recovered.
    private static readonly TimeSpan Recovered = TimeSpan.FromMinutes(1);

    /// <summary>Runs something until it has done its work or the service stops.</summary>
    /// <param name="name">What it is, for the log.</param>
    /// <param name="run">What is run. It is told when the service stops.</param>
    /// <param name="logger">Where its unexpected end is written.</param>
    /// <param name="time">The clock of the pauses.</param>
    /// <param name="stopping">The service stops.</param>
    /// <returns>A task that completes when <paramref name="run"/> has ended by itself or the service stops, and never fails.</returns>
    public static async Task KeepAsync(string name, Func<CancellationToken, Task> run, ILogger logger, TimeProvider time, CancellationToken stopping)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(time);

        var backoff = new Backoff(time);
        while (!stopping.IsCancellationRequested)
        {
            var began = time.GetTimestamp();
            try
            {
                await run(stopping);
                return;
            }
#pragma warning disable CA1031 // Whatever it was: nobody else would hear of it.
            catch (Exception exception) when (!stopping.IsCancellationRequested)
#pragma warning restore CA1031
            {
                if (time.GetElapsedTime(began) > Recovered)
                {
                    backoff.Reset();
                }

                logger.LogError(exception, "{Name} has ended unexpectedly and begins again", name);
                await backoff.WaitAsync(stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                // The service stops.
            }
        }
    }
}
