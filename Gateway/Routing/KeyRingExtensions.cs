using Microsoft.AspNetCore.DataProtection;

namespace XoeNovAi.Gateway.Routing;

internal static class KeyRingExtensions
{
    // YARP adds data protection for affinity policies that are not used here. It would make keys and write them to disk at every start.
    public static void RemoveKeyRing(this IServiceCollection services)
    {
        var assembly = typeof(DataProtectionOptions).Assembly;
        foreach (var descriptor in services.Where(descriptor => descriptor.ServiceType == typeof(IHostedService)
            && descriptor.ImplementationType?.Assembly == assembly).ToArray())
        {
            services.Remove(descriptor);
        }
    }
}
