using Aspire.Hosting.Lifecycle;
using XoeNovAi.AppHost.Configuration;
using XoeNovAi.AppHost.Networks;

namespace XoeNovAi.AppHost.Services;

/// <summary>Adds services to the stack.</summary>
internal static class StackServiceExtensions
{
    /// <summary>Adds a service: containers by default, a project when it is to be debugged, a foreign image when one is given, nothing when it is left out.</summary>
    public static StackService AddStackService<TProject>(this IDistributedApplicationBuilder builder, string name, int port, StackNetworks networks, int instances = 1)
        where TProject : IProjectMetadata, new()
    {
        builder.Services.AddSingleton(new StackServiceName(name));
        builder.Services.TryAddEventingSubscriber<ServiceNames>();
        return networks.Options.RunOf(name) switch
        {
            RunMode.None => StackService.Without(name, port, networks),
            RunMode.Process => StackService.OfProject<TProject>(builder, name, port, networks, instances),
            _ => StackService.OfContainers<TProject>(builder, name, port, networks, instances),
        };
    }
}
