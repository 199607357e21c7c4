namespace XoeNovAi.Hosting.Podman.Services;

/// <summary>Gives the services' containers the programs they run: mounted, read-only, on the base that all of them share.</summary>
internal sealed class ServiceOutputs(ServiceOutputStage stage)
{
    /// <summary>Where a container has its program.</summary>
    public const string Target = "/app";

    /// <summary>Stages those of a model; when it returns, its containers mount them.</summary>
    /// <param name="model">The model.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task EnsureAsync(DistributedApplicationModel model, CancellationToken cancellationToken)
    {
        var wanted = model.Resources.Where(static r => r.Annotations.OfType<ServiceOutputAnnotation>().Any())
            .GroupBy(static r => r.Annotations.OfType<ServiceOutputAnnotation>().Last())
            .ToList();

        // Reading and hashing what was built: all services at once.
        await Task.WhenAll(wanted.Select(service => Task.Run(
            async () =>
            {
                var folder = await stage.EnsureAsync(service.Key, cancellationToken).ConfigureAwait(false);
                foreach (var resource in service)
                {
                    resource.Annotations.Add(new ContainerMountAnnotation(folder, Target, ContainerMountType.BindMount, isReadOnly: true));
                }
            },
            cancellationToken))).ConfigureAwait(false);
    }
}
