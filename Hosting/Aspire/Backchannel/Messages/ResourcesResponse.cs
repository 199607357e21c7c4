namespace Aspire.Hosting.Backchannel;

/// <summary>Resources.</summary>
internal sealed record ResourcesResponse(ResourceDescription[] Resources);
