namespace XoeNovAi.BootBenchmark;

/// <summary>When something about a resource changed, counted from the beginning of the start.</summary>
internal sealed record StateChange(string Resource, string State, TimeSpan At);
