namespace Aspire.Hosting.ApplicationModel;

/// <summary>Something known of a resource.</summary>
/// <param name="Name">What.</param>
/// <param name="Value">The value.</param>
public sealed record ResourcePropertySnapshot(string Name, object? Value)
{
    /// <summary>Whether the dashboard hides it until asked.</summary>
    public bool IsSensitive { get; init; }
}
