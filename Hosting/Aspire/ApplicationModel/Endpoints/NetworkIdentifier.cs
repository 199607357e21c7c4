namespace Aspire.Hosting.ApplicationModel;

/// <summary>Names a network that an endpoint is seen from.</summary>
/// <param name="Value">The name.</param>
public record NetworkIdentifier(string Value);
