using System.Text.Json;
using System.Text.Json.Serialization;
using XoeNovAi.Hosting.Publishing.Description;

namespace XoeNovAi.Hosting.Publishing.Output;

/// <summary>A secret that whoever deploys makes.</summary>
/// <param name="Container">Whose it is.</param>
/// <param name="Key">The environment variable it is the value of; null for a file.</param>
/// <param name="Template">Its value, with <c>${NAME}</c> for each secret parameter; null for a file.</param>
/// <param name="Path">Where the container has it, for a certificate or a key.</param>
internal sealed record SecretEntry(string Container, string? Key, string? Template, string? Path)
{
    /// <summary>What the file is called among all of the container's.</summary>
    [JsonIgnore]
    public string? FileKey => Path?.Trim('/').Replace('/', '-');
}

/// <summary>The list of what whoever deploys makes: by name, with no value of a secret in it.</summary>
internal static class SecretList
{
    private static readonly JsonSerializerOptions Settings = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The entries.</summary>
    public static IReadOnlyList<SecretEntry> Of(DeployedModel model)
        => [.. model.Containers.SelectMany(c => c.Secrets.Select(s => new SecretEntry(c.Name, s.Key, s.Value.Template(model.SubnetOf), null))
            .Concat(c.Files.Where(static f => f.Content is null).Select(f => new SecretEntry(c.Name, null, null, f.Path))))];

    /// <summary>The list as a file for tools.</summary>
    public static OutputFile FileOf(IReadOnlyList<SecretEntry> entries) => new("secrets.json", JsonSerializer.Serialize(entries, Settings) + "\n");
}
