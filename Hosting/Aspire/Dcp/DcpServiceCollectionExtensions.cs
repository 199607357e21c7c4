using Microsoft.Extensions.Options;

namespace Aspire.Hosting.Dcp;

/// <summary>Registers what runs the model on DCP.</summary>
internal static class DcpServiceCollectionExtensions
{
    public static void AddDcp(this IServiceCollection services)
    {
        services.AddSingleton(static s => DcpInstallation.Locate(s.GetRequiredService<IOptions<DcpOptions>>()));
        services.AddSingleton<DcpHost>();
        services.AddSingleton<DcpExecutor>();
    }
}
