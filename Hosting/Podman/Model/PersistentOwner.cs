using System.Security.Cryptography;
using System.Text;

namespace XoeNovAi.Hosting.Podman.Model;

/// <summary>Whose the containers are that outlive the application: those of this AppHost's folder, whichever run made them.</summary>
internal sealed class PersistentOwner(IConfiguration configuration)
{
    /// <summary>The name of the label all of them have.</summary>
    public const string LabelName = "io.xoe-novai.apphost";

    private readonly string _owner = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(configuration["AppHost:Directory"] ?? AppContext.BaseDirectory)))[..8];

    /// <summary>The label all of them have.</summary>
    public string Label => $"{LabelName}={_owner}";

    /// <summary>The network of an application that has one of them.</summary>
    public string NetworkName => $"aspire-persistent-{_owner}";

    /// <summary>Whether a container is one of them.</summary>
    public static bool Includes(IResource resource)
        => resource.TryGetLastAnnotation<PersistenceAnnotation>(out var said)
            ? said.Mode == PersistenceMode.Persistent || (said.Mode == PersistenceMode.Resource && said.SourceResource is { } other && Includes(other))
            : resource.TryGetLastAnnotation<ContainerLifetimeAnnotation>(out var lifetime) && lifetime.Lifetime == ContainerLifetime.Persistent;

    /// <summary>What one is called that was given no name.</summary>
    public string NameOf(IResource resource) => $"{resource.Name.ToLowerInvariant()}-{_owner}";
}
