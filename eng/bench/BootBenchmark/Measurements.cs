namespace XoeNovAi.BootBenchmark;

/// <summary>The runs that count, of each kind.</summary>
internal sealed class Measurements
{
    /// <summary>The stack, in this process and without the dashboard.</summary>
    public List<Measurement> AppHost { get; } = [];

    /// <summary>The same containers by podman alone.</summary>
    public List<Measurement> Plain { get; } = [];

    /// <summary>The stack as a process of its own, with the dashboard.</summary>
    public List<Measurement> Process { get; } = [];

    /// <summary>The small model on this hosting.</summary>
    public List<Measurement> Small { get; } = [];

    /// <summary>The small model on stock Aspire.</summary>
    public List<Measurement> Stock { get; } = [];
}
