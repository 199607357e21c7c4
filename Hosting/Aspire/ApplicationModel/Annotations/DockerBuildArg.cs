namespace Aspire.Hosting.ApplicationModel;

/// <summary>An argument of an image's build.</summary>
/// <param name="name">Its name.</param>
/// <param name="value">Its value; null takes it from the environment of the build.</param>
[Obsolete("Give builds their arguments with WithBuildArg.")]
public sealed class DockerBuildArg(string name, object? value = null)
{
    /// <summary>Its name.</summary>
    public string Name { get; init; } = name;

    /// <summary>Its value.</summary>
    public object? Value { get; init; } = value;
}
