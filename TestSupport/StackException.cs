namespace XoeNovAi.TestSupport;

/// <summary>The stack under test is not as a test needs it.</summary>
public sealed class StackException : Exception
{
    /// <summary>Creates the exception without a message.</summary>
    public StackException()
    {
    }

    /// <summary>Creates the exception.</summary>
    public StackException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    public StackException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
