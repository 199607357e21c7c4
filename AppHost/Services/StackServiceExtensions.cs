namespace XoeNovAi.AppHost.Services;

/// <summary>Adds services to the stack.</summary>
internal static class StackServiceExtensions
{
    /// <summary>Adds a service: containers by default, a project when it is to be debugged, a foreign image when one is given.</summary>
    public static StackService AddStackService<TProject>(this IDistributedApplicationBuilder builder, string name, int port, StackNetworks networks, int instances = 1)
        where TProject : IProjectMetadata, new()
    {
        var options = networks.Options.For(name);
        return options.Image is null && (options.Run ?? networks.Options.Run) == RunMode.Process
            ? StackService.OfProject<TProject>(builder, name, port, networks, instances)
            : StackService.OfContainers<TProject>(builder, name, port, networks, instances);
    }
}
