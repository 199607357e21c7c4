namespace Aspire.Hosting.ApplicationModel;

/// <summary>A resource's relation to another.</summary>
/// <param name="ResourceName">The other.</param>
/// <param name="Type">How.</param>
public sealed record RelationshipSnapshot(string ResourceName, string Type);
