namespace XoeNovAi.IntegrationTests.Harness.Telemetry;

/// <summary>A span as the dashboard has received it.</summary>
/// <param name="TraceId">The trace it belongs to.</param>
/// <param name="SpanId">Its id.</param>
/// <param name="ParentId">The span it is part of; empty for a root.</param>
/// <param name="Service">Who sent it.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Kind">Its kind, such as Server.</param>
/// <param name="IsError">Whether it says that it failed.</param>
/// <param name="Attributes">Its attributes, as text.</param>
internal sealed record Span(string TraceId, string SpanId, string ParentId, string Service, string Name, SpanKind Kind, bool IsError, IReadOnlyDictionary<string, string> Attributes);
