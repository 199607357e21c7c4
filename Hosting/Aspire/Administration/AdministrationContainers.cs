using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Administration;

/// <summary>Adds web pages that administrate what other containers keep: one of a kind for all of them.</summary>
internal static class AdministrationContainers
{
    internal const string EndpointName = "http";

    /// <summary>Adds the container, or finds the one there is.</summary>
    /// <param name="subject">What is administrated.</param>
    /// <param name="create">Makes the resource.</param>
    /// <param name="image">The image, with its registry and tag.</param>
    /// <param name="port">Where its page is served in the container.</param>
    /// <param name="relationship">What the dashboard calls its relationship to <paramref name="subject"/>.</param>
    /// <param name="setUp">Sets up a new one.</param>
    /// <param name="configure">The AppHost's own changes.</param>
    public static void AddOnce<T>(
        IResourceBuilder<ContainerResource> subject,
        Func<T> create,
        (string Registry, string Image, string Tag) image,
        int port,
        string relationship,
        Action<IResourceBuilder<T>> setUp,
        Action<IResourceBuilder<T>>? configure)
        where T : ContainerResource
    {
        var application = subject.ApplicationBuilder;
        if (application.Resources.OfType<T>().FirstOrDefault() is { } existing)
        {
            configure?.Invoke(application.CreateResourceBuilder(existing));
            return;
        }

        var added = application.AddResource(create())
            .WithImage(image.Image, image.Tag)
            .WithImageRegistry(image.Registry)
            .WithIconName("WindowDatabase")
            .WithHttpEndpoint(targetPort: port, name: EndpointName)
            .WithRelationship(subject.Resource, relationship)
            .ExcludeFromManifest();
        setUp(added);
        configure?.Invoke(added);
    }
}
