using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Publishing;

/// <summary>A process or project as the container it is published as: it says of itself what the other said.</summary>
internal sealed class PublishedContainer(IResource original) : ContainerResource(original.Name), IResourceWithServiceDiscovery
{
    public override ResourceAnnotationCollection Annotations => original.Annotations;

    /// <summary>Puts a container, built of the Dockerfile in a folder, in a resource's place.</summary>
    public static void InPlaceOf(IResourceBuilder<IResource> builder, string folder, Action<IResourceBuilder<ContainerResource>>? configure)
    {
        var application = builder.ApplicationBuilder;
        if (application.Resources.OfType<PublishedContainer>().FirstOrDefault(c => c.Name == builder.Resource.Name) is not { } container)
        {
            container = new PublishedContainer(builder.Resource);
            var place = application.Resources.IndexOf(builder.Resource);
            application.Resources.RemoveAt(place);
            application.Resources.Insert(place, container);
            application.CreateResourceBuilder(container).WithDockerfile(folder);
        }

        configure?.Invoke(application.CreateResourceBuilder<ContainerResource>(container));
    }
}
