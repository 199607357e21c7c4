using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration.UserSecrets;

namespace Aspire.Hosting.UserSecrets;

/// <summary>The user secrets of a project: a file of flat keys that only its owner can read.</summary>
internal sealed class UserSecretsFile(string path) : IUserSecretsManager
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true };
    private readonly Lock _lock = new();

    public bool IsAvailable => true;

    public string FilePath { get; } = path;

    public static IUserSecretsManager Of(Assembly? assembly)
        => assembly?.GetCustomAttribute<UserSecretsIdAttribute>()?.UserSecretsId is { Length: > 0 } id
            ? new UserSecretsFile(PathHelper.GetSecretsPathFromSecretsId(id))
            : new NoUserSecrets();

    public bool TrySetSecret(string name, string value) => TryChange(secrets => secrets[name] = value);

    public bool TryDeleteSecret(string name) => TryChange(secrets => secrets.Remove(name));

    public void GetOrSetSecret(IConfigurationManager configuration, string name, Func<string> valueGenerator)
    {
        if (configuration[name] is null)
        {
            var value = valueGenerator();
            configuration[name] = value;
            TrySetSecret(name, value);
        }
    }

    public Task SaveStateAsync(JsonObject state, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var flat = new SortedDictionary<string, string?>(StringComparer.Ordinal);
        Flatten(state, string.Empty, flat);
        lock (_lock)
        {
            Write(flat);
        }

        return Task.CompletedTask;
    }

    private static void Flatten(JsonNode? node, string key, SortedDictionary<string, string?> flat)
    {
        switch (node)
        {
            case JsonObject inner:
                foreach (var (name, value) in inner)
                {
                    Flatten(value, key.Length == 0 ? name : $"{key}:{name}", flat);
                }

                break;
            case JsonArray items:
                for (var i = 0; i < items.Count; i++)
                {
                    Flatten(items[i], $"{key}:{i}", flat);
                }

                break;
            default:
                flat[key] = node?.ToString();
                break;
        }
    }

    private bool TryChange(Action<SortedDictionary<string, string?>> change)
    {
        try
        {
            lock (_lock)
            {
                var secrets = new SortedDictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
                if (File.Exists(FilePath))
                {
                    Flatten(JsonNode.Parse(File.ReadAllText(FilePath), documentOptions: new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true }), string.Empty, secrets);
                }

                change(secrets);
                Write(secrets);
                return true;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return false;
        }
    }

    // Whoever reads meanwhile sees the old file or the new one, and nobody else sees either.
    private void Write(SortedDictionary<string, string?> secrets)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(FilePath)!, OwnerOnly | UnixFileMode.UserExecute);
        var next = $"{FilePath}.{Guid.NewGuid():n}";
        using (var file = new FileStream(next, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }))
        {
            JsonSerializer.Serialize(file, secrets, Readable);
        }

        File.Move(next, FilePath, overwrite: true);
    }
}
