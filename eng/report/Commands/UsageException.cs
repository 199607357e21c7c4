namespace XoeNovAi.Report.Commands;

/// <summary>A command was called otherwise than it can be; the message says what is wrong, and what it takes.</summary>
public sealed class UsageException : Exception
{
    /// <summary>One without a reason.</summary>
    public UsageException()
    {
    }

    /// <summary>One with a reason.</summary>
    /// <param name="message">The reason.</param>
    public UsageException(string message)
        : base(message)
    {
    }

    /// <summary>One with a reason and a cause.</summary>
    /// <param name="message">The reason.</param>
    /// <param name="innerException">The cause.</param>
    public UsageException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
