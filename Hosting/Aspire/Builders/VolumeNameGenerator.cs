using System.Security.Cryptography;
using System.Text;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Names volumes so that the same application finds them again and others do not.</summary>
public static class VolumeNameGenerator
{
    /// <summary>The name of a resource's volume.</summary>
    /// <typeparam name="T">The resource's type.</typeparam>
    /// <param name="builder">The resource.</param>
    /// <param name="suffix">What the volume is for.</param>
    public static string Generate<T>(IResourceBuilder<T> builder, string suffix)
        where T : IResource
    {
        var application = builder.ApplicationBuilder;
        // What is published is the same wherever the checkout lies.
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(application.ExecutionContext.IsPublishMode ? application.Environment.ApplicationName : application.AppHostDirectory)))[..10];
        var name = new string([.. application.Environment.ApplicationName.Select(static c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '_')]);
        return $"{name}-{digest}-{builder.Resource.Name}-{suffix}";
    }
}
