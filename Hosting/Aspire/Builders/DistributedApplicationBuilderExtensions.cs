using System.Diagnostics.CodeAnalysis;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Finds resources while building.</summary>
public static class DistributedApplicationBuilderExtensions
{
    /// <summary>A builder for the resource of a name.</summary>
    /// <typeparam name="T">The resource's type.</typeparam>
    /// <param name="builder">The application.</param>
    /// <param name="name">The name, whatever its case.</param>
    /// <exception cref="InvalidOperationException">There is none, or it is of another type.</exception>
    public static IResourceBuilder<T> CreateResourceBuilder<T>(this IDistributedApplicationBuilder builder, string name)
        where T : IResource
        => !builder.Resources.TryGetByName(name, out var resource) ? throw new InvalidOperationException($"Resource '{name}' was not found.")
            : resource is T found ? builder.CreateResourceBuilder(found)
            : throw new InvalidOperationException($"Resource '{name}' of type '{resource.GetType().Name}' is not assignable to '{typeof(T).Name}'.");

    /// <summary>A builder for the resource of a name, when there is one of that type.</summary>
    /// <typeparam name="T">The resource's type.</typeparam>
    /// <param name="builder">The application.</param>
    /// <param name="name">The name, whatever its case.</param>
    /// <param name="resourceBuilder">The builder.</param>
    public static bool TryCreateResourceBuilder<T>(this IDistributedApplicationBuilder builder, string name, [NotNullWhen(true)] out IResourceBuilder<T>? resourceBuilder)
        where T : IResource
    {
        resourceBuilder = builder.Resources.TryGetByName(name, out var resource) && resource is T found ? builder.CreateResourceBuilder(found) : null;
        return resourceBuilder is not null;
    }
}
