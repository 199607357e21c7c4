namespace XoeNovAi.ServiceDefaults.Faults;

/// <summary>A failure a test has asked for.</summary>
public sealed class InjectedFaultException : Exception
{
    /// <summary>Creates the exception.</summary>
    public InjectedFaultException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What fails.</param>
    public InjectedFaultException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What fails.</param>
    /// <param name="innerException">Where it was noticed.</param>
    public InjectedFaultException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
