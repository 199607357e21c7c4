namespace Aspire.Hosting.Backchannel;

/// <summary>Which AppHost this is.</summary>
internal sealed record AppHostInformation(string AppHostPath, int ProcessId, int? CliProcessId, DateTimeOffset? StartedAt);
