namespace Aspire.Hosting.Backchannel;

/// <summary>What the AppHost can be asked.</summary>
internal sealed record CapabilitiesResponse(string[] Capabilities);
