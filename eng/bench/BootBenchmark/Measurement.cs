namespace XoeNovAi.BootBenchmark;

/// <summary>What one run took.</summary>
/// <param name="Start">From the start until everything was healthy.</param>
/// <param name="FirstAnswer">From the start until a query was answered through the gateway; null where there is none.</param>
/// <param name="Stop">From the request to stop until nothing was left.</param>
/// <param name="Megabytes">Memory of the AppHost, resident; null where it has no process of its own.</param>
internal sealed record Measurement(TimeSpan Start, TimeSpan? FirstAnswer, TimeSpan Stop, double? Megabytes = null);
