namespace Aspire.Hosting.Backchannel;

/// <summary>Which AppHost this is.</summary>
internal sealed record AppHostInfoResponse(string Pid, string AspireHostVersion, string AppHostPath, int? CliProcessId, DateTimeOffset? StartedAt);
