using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using k8s.Models;
using XoeNovAi.Hosting.Publishing.Description;
using XoeNovAi.Hosting.Publishing.Output;

namespace XoeNovAi.Hosting.Publishing.Kubernetes;

/// <summary>What is the same in every pod, whichever engine runs it.</summary>
internal static class PodParts
{
    // RFC 1035 and RFC 6335.
    private const int MostOfALabel = 63;
    private const int MostOfAPort = 15;
    private const int DigestLength = 5;

    /// <summary>What a container is kept from.</summary>
    /// <exception cref="PublishingException">It runs as a user that only its image knows.</exception>
    public static V1SecurityContext SecurityOf(DeployedContainer container)
    {
        var (user, group) = UserOf(container);
        return new()
        {
            ReadOnlyRootFilesystem = container.Hardening.ReadOnlyRoot,
            AllowPrivilegeEscalation = false,
            RunAsNonRoot = user != 0,
            RunAsUser = user,
            RunAsGroup = group,
            Capabilities = new() { Drop = ["ALL"], Add = container.Hardening.Capabilities is { Count: > 0 } kept ? [.. kept] : null },
            SeccompProfile = new() { Type = "RuntimeDefault" },
        };
    }

    /// <summary>The user and group a container runs as; null for the image's.</summary>
    /// <exception cref="PublishingException">It is a name.</exception>
    public static (long? User, long? Group) UserOf(DeployedContainer container)
    {
        if (container.Hardening.User is not { } text)
        {
            return (null, null);
        }

        var parts = text.Split(':', 2);
        return (NumberOf(parts[0]), parts.Length > 1 ? NumberOf(parts[1]) : null);

        long NumberOf(string id) => long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new PublishingException($"'{container.Name}' runs as '{text}', and Kubernetes' objects take a user by number only; give it WithHardening with its number.");
    }

    /// <summary>What a container may use; null when it is not limited.</summary>
    public static V1ResourceRequirements? LimitsOf(DeployedContainer container)
    {
        var limits = new Dictionary<string, ResourceQuantity>();
        if (container.MemoryMegabytes is { } memory)
        {
            limits["memory"] = new(string.Create(CultureInfo.InvariantCulture, $"{memory}Mi"));
        }

        if (container.Cpus is { } cpus)
        {
            limits["cpu"] = new(string.Create(CultureInfo.InvariantCulture, $"{cpus * 1000:0}m"));
        }

        return limits.Count == 0 ? null : new() { Limits = limits };
    }

    /// <summary>A name that is none of the engine's words, for a volume of a container.</summary>
    public static string VolumeName(DeployedContainer container, string what) => NameOf($"{container.Name}-{what.Trim('/').Replace('/', '-').Replace('.', '-')}");

    /// <summary>
    /// A name as objects have it: lower-case letters, digits and dashes, and no more of them than may be. What has to be changed for
    /// that ends in digits of its own, so that two names stay two.
    /// </summary>
    public static string NameOf(string text, int most = MostOfALabel)
    {
        var lower = text.ToLowerInvariant();
        var label = string.Concat(lower.Select(static c => char.IsAsciiLetterOrDigit(c) ? c : '-')).Trim('-');
        return label.Length <= most && label == text
            ? label
            : $"{label[..Math.Min(label.Length, most - DigestLength - 1)].TrimEnd('-')}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..DigestLength]}";
    }

    /// <summary>The name of a port, which is shorter.</summary>
    public static string NameOf(DeployedEndpoint endpoint) => NameOf(endpoint.Name, MostOfAPort);

    /// <summary>The files with content, by their folders.</summary>
    public static IEnumerable<IGrouping<string, DeployedFile>> FoldersOf(DeployedContainer container) => container.Files.Where(static f => f.Content is not null).GroupBy(static f => f.Folder, StringComparer.Ordinal);

    /// <summary>A ConfigMap with files.</summary>
    public static V1ConfigMap ConfigMapOf(string name, IEnumerable<DeployedFile> files, Func<DeployedFile, string> key)
    {
        var map = new V1ConfigMap { ApiVersion = V1ConfigMap.KubeApiVersion, Kind = V1ConfigMap.KubeKind, Metadata = new() { Name = name } };
        foreach (var file in files)
        {
            if (OutputFile.Utf8(file.Content!) is { } text)
            {
                (map.Data ??= new Dictionary<string, string>())[key(file)] = text;
            }
            else
            {
                (map.BinaryData ??= new Dictionary<string, byte[]>())[key(file)] = file.Content!;
            }
        }

        return map;
    }
}
