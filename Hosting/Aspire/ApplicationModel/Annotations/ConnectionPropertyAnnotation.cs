namespace Aspire.Hosting.ApplicationModel;

/// <summary>A connection property the resource has beside those of its type, or in place of one of them.</summary>
/// <param name="name">The property, such as Host.</param>
/// <param name="referenceExpression">Its value.</param>
public sealed class ConnectionPropertyAnnotation(string name, ReferenceExpression referenceExpression) : IResourceAnnotation
{
    /// <summary>The property.</summary>
    public string Name { get; } = name;

    /// <summary>Its value.</summary>
    public ReferenceExpression Value { get; } = referenceExpression;
}
