namespace Aspire.Hosting.Backchannel;

/// <summary>A line that a resource wrote.</summary>
internal sealed record ResourceLogLine(string ResourceName, int LineNumber, string Content, bool IsError);
