using Aspire.Hosting.Containers;
using Aspire.Hosting.Dcp;
using Microsoft.Extensions.Options;

namespace Aspire.Hosting.Execution;

/// <summary>Registers what runs the model.</summary>
internal static class ExecutionServiceCollectionExtensions
{
    public static void AddExecution(this IServiceCollection services)
    {
        services.AddSingleton(static s => DcpInstallation.Locate(s.GetRequiredService<IOptions<DcpOptions>>()));
        services.AddSingleton<ApplicationRun>();
        services.AddSingleton<DcpHost>();
        services.AddSingleton<ProcessEngine>();
        services.AddSingleton<Tunnels>();
        services.AddSingleton<ContainerCli>();
        services.AddSingleton<PersistentContainers>();
        services.AddSingleton<ApplicationNetwork>();
        services.AddSingleton<ImageBuilder>();
        services.AddSingleton<StartQueue>();
        services.AddSingleton<ContainerEngine>();
        services.AddSingleton<EndpointAllocator>();
        services.AddSingleton<ResourceExecutor>();
    }
}
