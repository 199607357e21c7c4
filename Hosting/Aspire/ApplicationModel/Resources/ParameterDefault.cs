using Aspire.Hosting.Publishing;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>What a parameter is when configuration does not say.</summary>
public abstract class ParameterDefault
{
    /// <summary>The value.</summary>
    public abstract string GetDefaultValue();

    /// <summary>Says in the manifest what the default is, or how it is generated.</summary>
    /// <param name="context">The manifest, inside the default's object.</param>
    public abstract void WriteToManifest(ManifestPublishingContext context);
}
