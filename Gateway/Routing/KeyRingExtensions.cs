using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;

namespace XoeNovAi.Gateway.Routing;

internal static class KeyRingExtensions
{
    /// <summary>
    /// YARP adds data protection for affinity policies that are not used here. Its keys stay in memory: they would be written to
    /// disk at every start.
    /// </summary>
    public static void KeepKeyRingInMemory(this IServiceCollection services) =>
        services.AddDataProtection().AddKeyManagementOptions(options =>
        {
            options.XmlRepository = new MemoryKeys();
            options.XmlEncryptor = new NullXmlEncryptor();
        });
}
