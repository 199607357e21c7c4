using System.Text.Json;

namespace XoeNovAi.Hosting.Consul;

/// <summary>What Consul reads from a file: whatever is secret.</summary>
internal static class ConsulConfiguration
{
    private const string Folder = "/consul/config";
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Gives a server or an agent the file, where there is something to say in it.</summary>
    /// <typeparam name="T">The resource's type.</typeparam>
    /// <param name="builder">The server or agent.</param>
    /// <param name="consul">What is said of Consul.</param>
    public static IResourceBuilder<T> WithConfigurationOf<T>(this IResourceBuilder<T> builder, ConsulResource consul)
        where T : ContainerResource
        => builder.WithContainerFiles(Folder, async (_, cancellationToken) =>
        {
            var settings = await ReadAsync(consul, cancellationToken).ConfigureAwait(false);
            return settings.Count == 0 ? [] : [new ContainerFile { Name = "settings.json", Contents = JsonSerializer.Serialize(settings), Mode = Readable }];
        });

    private static async Task<Dictionary<string, object?>> ReadAsync(ConsulResource consul, CancellationToken cancellationToken)
    {
        var settings = new Dictionary<string, object?>();
        if (consul.AccessControl is { } access)
        {
            // The name 'master' is understood by every version: 1.11 and later call it initial_management, and take both.
            var management = await access.ManagementToken.GetValueAsync(cancellationToken).ConfigureAwait(false);
            settings["acl"] = new { enabled = true, default_policy = "deny", tokens = new { master = management, agent = management } };
        }

        if (consul.Servers is { } servers)
        {
            settings["encrypt"] = await servers.GossipKey.GetValueAsync(cancellationToken).ConfigureAwait(false);
        }

        return settings;
    }
}
