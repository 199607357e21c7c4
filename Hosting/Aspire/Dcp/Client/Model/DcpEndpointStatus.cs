namespace Aspire.Hosting.Dcp.Client;

/// <summary>An endpoint has no state of its own.</summary>
internal sealed record DcpEndpointStatus;
