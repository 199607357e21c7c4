using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Puts connection properties together.</summary>
public static class ConnectionPropertiesExtensions
{
    /// <summary>A resource's connection properties and further ones, which go before those of the same name.</summary>
    /// <param name="source">The resource.</param>
    /// <param name="additional">The further ones.</param>
    public static IEnumerable<KeyValuePair<string, ReferenceExpression>> CombineProperties(this IResourceWithConnectionString source, IEnumerable<KeyValuePair<string, ReferenceExpression>> additional)
    {
        var combined = new Dictionary<string, ReferenceExpression>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in source.GetConnectionProperties().Concat(additional))
        {
            combined[name] = value;
        }

        return combined;
    }
}
