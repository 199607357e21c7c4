namespace Aspire.Hosting.ApplicationModel;

/// <summary>A value that a manifest can refer to.</summary>
public interface IExpressionValue : IValueProvider, IManifestExpressionProvider;
