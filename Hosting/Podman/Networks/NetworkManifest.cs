using System.Text.Json;

namespace XoeNovAi.Hosting.Podman.Networks;

/// <summary>A network, as it is published.</summary>
internal static class NetworkManifest
{
    public static void Write(Utf8JsonWriter writer, IEnumerable<IResource> resources, PodmanNetworkResource network)
    {
        writer.WriteString("type", "podman.network.v0");
        writer.WriteBoolean("internal", network.IsInternal);
        writer.WriteBoolean("isolated", true);
        writer.WriteBoolean("names", network.HasNames);
        writer.WriteStartObject("members");
        foreach (var member in resources)
        {
            var memberships = member.Annotations.OfType<NetworkMembership>().Where(m => m.Network == network).ToList();
            if (memberships.Count > 0)
            {
                writer.WriteStartArray(member.Name);
                foreach (var alias in memberships.SelectMany(static m => m.Aliases).Concat(member.Annotations.OfType<ContainerNetworkAliasAnnotation>().Select(static a => a.Alias)).Where(a => a != member.Name).Distinct(StringComparer.Ordinal))
                {
                    writer.WriteStringValue(alias);
                }

                writer.WriteEndArray();
            }
        }

        writer.WriteEndObject();
    }
}
