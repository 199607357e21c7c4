using System.Net;

namespace XoeNovAi.Consul.Client;

/// <summary>Consul refused, could not answer, or could not be reached in time. The message says what was asked where, and what to do.</summary>
public sealed class ConsulException : Exception
{
    /// <summary>Without an answer.</summary>
    /// <param name="message">What was asked where, and what to do.</param>
    /// <param name="inner">What happened.</param>
    public ConsulException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>An answer that is a refusal.</summary>
    /// <param name="message">What was asked where, and what to do.</param>
    /// <param name="status">The status of the answer.</param>
    public ConsulException(string message, HttpStatusCode status)
        : base(message) => Status = status;

    /// <summary>The status of the answer; null when there was none that could be read.</summary>
    public HttpStatusCode? Status { get; }
}
