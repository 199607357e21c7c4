namespace XoeNovAi.Hosting.Publishing;

/// <summary>Nothing is published; the message says why, in one sentence.</summary>
/// <param name="message">Why.</param>
internal sealed class PublishingException(string message) : DistributedApplicationException(message);
