namespace Aspire.Hosting.Dcp.Client;

/// <summary>DCP could not be started, reached, or refused what it was asked for.</summary>
internal sealed class DcpException : Exception
{
    public DcpException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>HTTP status of the refusal; null when there was no answer.</summary>
    public int? StatusCode { get; init; }

    /// <summary>The object does not exist.</summary>
    public bool IsNotFound => StatusCode == 404;

    /// <summary>The object exists already, or changed meanwhile.</summary>
    public bool IsConflict => StatusCode == 409;
}
