namespace XoeNovAi.BootBenchmark;

/// <summary>What one run took.</summary>
internal sealed record Measurement
{
    /// <summary>Until the model was built.</summary>
    public TimeSpan Build { get; init; }

    /// <summary>From the start until everything was healthy.</summary>
    public required TimeSpan Start { get; init; }

    /// <summary>What the machine's processors did in that time.</summary>
    public required TimeSpan StartProcessor { get; init; }

    /// <summary>From the start until a request was answered through the gateway.</summary>
    public TimeSpan? FirstAnswer { get; init; }

    /// <summary>From the start until that request's span could be read from the dashboard.</summary>
    public TimeSpan? FirstSpan { get; init; }

    /// <summary>From the request to stop until nothing was left.</summary>
    public required TimeSpan Stop { get; init; }

    public IReadOnlyList<StateChange> Changes { get; init; } = [];
}
