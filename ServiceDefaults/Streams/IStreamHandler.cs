namespace XoeNovAi.ServiceDefaults.Streams;

/// <summary>Works on the messages of a stream.</summary>
public interface IStreamHandler
{
    /// <summary>
    /// Works on a message, which is acknowledged when this returns. It may be delivered again after a crash, so doing it twice
    /// must have the effect of doing it once.
    /// </summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">The service stops.</param>
    /// <returns>A task that completes when the effect is durable.</returns>
    /// <exception cref="InvalidStreamMessageException">The message cannot be handled; after three tries it goes to the dead letters.</exception>
    Task HandleAsync(StreamMessage message, CancellationToken cancellationToken);
}
