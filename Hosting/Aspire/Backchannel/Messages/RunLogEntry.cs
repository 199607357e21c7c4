namespace Aspire.Hosting.Backchannel;

/// <summary>An entry of the AppHost's own log.</summary>
internal sealed record RunLogEntry(EventId EventId, LogLevel LogLevel, string Message, DateTimeOffset Timestamp, string CategoryName);
