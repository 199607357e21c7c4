namespace XoeNovAi.ServiceDefaults.Streams;

/// <summary>A message that no number of attempts will make readable.</summary>
public sealed class InvalidStreamMessageException : Exception
{
    /// <summary>Creates the exception.</summary>
    public InvalidStreamMessageException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is wrong with the message.</param>
    public InvalidStreamMessageException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is wrong with the message.</param>
    /// <param name="innerException">Where it was noticed.</param>
    public InvalidStreamMessageException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
