namespace XoeNovAi.Report.Commands;

/// <summary>A step of a command failed; the message says which, and how it ended.</summary>
public sealed class StepException : Exception
{
    /// <summary>One without a reason.</summary>
    public StepException()
    {
    }

    /// <summary>One with a reason.</summary>
    /// <param name="message">The reason.</param>
    public StepException(string message)
        : base(message)
    {
    }

    /// <summary>One with a reason and a cause.</summary>
    /// <param name="message">The reason.</param>
    /// <param name="innerException">The cause.</param>
    public StepException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
