namespace Aspire.Hosting.ApplicationModel;

/// <summary>Properties the dashboard knows.</summary>
public static class CustomResourceKnownProperties
{
    /// <summary>What the resource is made of, such as its image.</summary>
    public static string Source { get; } = "resource.source";

    /// <summary>Its connection string.</summary>
    public static string ConnectionString { get; } = "resource.connectionString";
}
