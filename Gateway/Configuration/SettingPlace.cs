using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Json;

namespace XoeNovAi.Gateway.Configuration;

/// <summary>Where a setting was written, for those who have to correct it.</summary>
internal static class SettingPlace
{
    private static readonly JsonReaderOptions Reading = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>File and line, or the variable, or the argument; of a key that is not there, those of what should hold it.</summary>
    public static string Of(IConfiguration configuration, string key)
    {
        for (var path = key; path is not null; path = ConfigurationPath.GetParentPath(path))
        {
            foreach (var provider in ((IConfigurationRoot)configuration).Providers.Reverse())
            {
                if ((provider.TryGet(path, out _) || provider.GetChildKeys([], path).Any()) && In(provider, path) is { } place)
                {
                    return place;
                }
            }
        }

        return "configuration";
    }

    private static string? In(IConfigurationProvider provider, string key) => provider switch
    {
        JsonConfigurationProvider { Source: { FileProvider: { } files, Path: { } path } } => InFile(files.GetFileInfo(path), key),
        EnvironmentVariablesConfigurationProvider => $"environment variable {key.Replace(":", "__", StringComparison.Ordinal)}",
        CommandLineConfigurationProvider => $"argument --{key}",
        _ => provider.ToString(),
    };

    private static string? InFile(Microsoft.Extensions.FileProviders.IFileInfo file, string key)
    {
        if (file.PhysicalPath is null || !file.Exists)
        {
            return null;
        }

        var bytes = File.ReadAllBytes(file.PhysicalPath).AsSpan();
        if (bytes.StartsWith(Encoding.UTF8.Preamble))
        {
            bytes = bytes[Encoding.UTF8.Preamble.Length..];
        }

        return Find(bytes, key.Split(ConfigurationPath.KeyDelimiter)) is { } offset ? $"{file.Name}:{bytes[..offset].Count((byte)'\n') + 1}" : null;
    }

    private static int? Find(ReadOnlySpan<byte> json, ReadOnlySpan<string> segments)
    {
        var reader = new Utf8JsonReader(json, Reading);
        var offset = 0;
        foreach (var segment in segments)
        {
            if (!reader.Read())
            {
                return null;
            }

            // The value of the property before, or the root: descend into what the segment names.
            var found = reader.TokenType switch
            {
                JsonTokenType.StartObject => FindProperty(ref reader, segment),
                JsonTokenType.StartArray => FindElement(ref reader, segment),
                _ => null,
            };
            if (found is null)
            {
                return null;
            }

            offset = found.Value;
        }

        return offset;
    }

    private static int? FindProperty(ref Utf8JsonReader reader, string name)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (string.Equals(reader.GetString(), name, StringComparison.OrdinalIgnoreCase))
            {
                return (int)reader.TokenStartIndex;
            }

            reader.Skip();
        }

        return null;
    }

    private static int? FindElement(ref Utf8JsonReader reader, string index)
    {
        if (!int.TryParse(index, out var left))
        {
            return null;
        }

        // The element's own token is read by the caller: so look one ahead on a copy.
        while (true)
        {
            var ahead = reader;
            if (!ahead.Read() || ahead.TokenType == JsonTokenType.EndArray)
            {
                return null;
            }

            if (left-- == 0)
            {
                return (int)ahead.TokenStartIndex;
            }

            reader = ahead;
            reader.Skip();
        }
    }
}
