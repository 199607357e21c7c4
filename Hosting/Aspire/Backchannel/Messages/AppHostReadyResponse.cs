namespace Aspire.Hosting.Backchannel;

/// <summary>Whether the application has started.</summary>
internal sealed record AppHostReadyResponse(bool IsReady);
