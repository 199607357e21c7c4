namespace Aspire.Hosting.ApplicationModel;

/// <summary>For services that stand alone.</summary>
internal sealed class NoServices : IServiceProvider
{
    public static NoServices Instance { get; } = new();

    public object? GetService(Type serviceType) => null;
}
