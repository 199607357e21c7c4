namespace XoeNovAi.Coverage;

/// <summary>Coverage could not be measured; the message says why.</summary>
internal sealed class CoverageException : Exception
{
    public CoverageException()
    {
    }

    public CoverageException(string message)
        : base(message)
    {
    }

    public CoverageException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
