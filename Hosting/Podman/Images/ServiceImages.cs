using XoeNovAi.Hosting.Podman.Setup;

namespace XoeNovAi.Hosting.Podman.Images;

/// <summary>Makes the services' images where their content has changed.</summary>
internal sealed class ServiceImages(PodmanCli podman, ILogger<ServiceImages> logger)
{
    /// <summary>Makes those of a model; when it returns, its containers have the tags of images that are there.</summary>
    /// <param name="model">The model.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task EnsureAsync(DistributedApplicationModel model, CancellationToken cancellationToken)
    {
        var wanted = model.Resources.Where(static r => r.Annotations.OfType<ServiceImageAnnotation>().Any())
            .GroupBy(static r => r.Annotations.OfType<ServiceImageAnnotation>().Last())
            .ToList();
        if (wanted.Count == 0)
        {
            return;
        }

        var listed = await podman.RunAsync(["images", "--no-trunc", "--format", "{{.Repository}}:{{.Tag}} {{.ID}}"], cancellationToken).ConfigureAwait(false);
        var existing = listed.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(static line => line.Split(' '))
            .ToLookup(static parts => parts[0], static parts => parts[1], StringComparer.Ordinal);
        var builder = new ServiceImageBuilder(podman, logger, existing);

        // Reading and hashing what was built takes longer than asking podman: all services at once.
        await Task.WhenAll(wanted.Select(service => Task.Run(
            async () =>
            {
                var tag = await builder.EnsureAsync(service.Key, cancellationToken).ConfigureAwait(false);
                foreach (var resource in service)
                {
                    resource.Annotations.OfType<ContainerImageAnnotation>().Last().Tag = tag;
                }
            },
            cancellationToken))).ConfigureAwait(false);
    }
}
