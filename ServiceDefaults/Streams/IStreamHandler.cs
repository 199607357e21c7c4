namespace XoeNovAi.ServiceDefaults.Streams;

/// <summary>Works on the messages of a stream.</summary>
public interface IStreamHandler
{
    /// <summary>
    /// Works on a message, which is acknowledged when this returns. It may be delivered again after a crash, so doing it twice
    /// must have the effect of doing it once.
    /// </summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">The service stops, or it has taken too long.</param>
    /// <returns>A task that completes when the effect is durable.</returns>
    /// <exception cref="InvalidStreamMessageException">The message cannot be handled; after three tries it goes to the dead letters.</exception>
    Task HandleAsync(StreamMessage message, CancellationToken cancellationToken);

    /// <summary>
    /// Returns when what the handler depends on is there. It is asked before the first message and after each failure that was not
    /// the message's own, so that during an outage no message is begun: one that a killed service had begun counts as tried.
    /// </summary>
    /// <param name="cancellationToken">The service stops.</param>
    /// <returns>A task that completes then, and fails when something is away.</returns>
    Task ReadyAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
