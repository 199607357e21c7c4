namespace XoeNovAi.ServiceDefaults.Faults;

/// <summary>What is to go wrong. Nothing does, unless a test has said so.</summary>
public sealed class FaultSwitch
{
    private volatile FaultState _current = FaultState.None;

    internal FaultState Current
    {
        get => _current;
        set => _current = value;
    }

    /// <summary>Fails when a part of the service is to fail.</summary>
    /// <param name="part">The part, e.g. <c>llm</c>.</param>
    /// <exception cref="InjectedFaultException">It is to fail.</exception>
    public void ThrowIfFailing(string part)
    {
        if (_current.Failing.Contains(part))
        {
            throw new InjectedFaultException($"'{part}' fails, as a test has asked for.");
        }
    }
}
