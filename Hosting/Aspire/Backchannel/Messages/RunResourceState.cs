namespace Aspire.Hosting.Backchannel;

/// <summary>A resource as <c>aspire run</c> lists it.</summary>
internal sealed record RunResourceState(string Resource, string Type, string State, string[] Endpoints, string? Health);
