namespace Aspire.Hosting.ApplicationModel;

/// <summary>Something that a manifest refers to.</summary>
public interface IManifestExpressionProvider
{
    /// <summary>The reference, such as <c>{redis.bindings.tcp.port}</c>.</summary>
    string ValueExpression { get; }
}
