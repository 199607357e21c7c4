namespace Aspire.Hosting.ApplicationModel;

/// <summary>What a parameter is when configuration does not say.</summary>
public abstract class ParameterDefault
{
    /// <summary>The value.</summary>
    public abstract string GetDefaultValue();
}
