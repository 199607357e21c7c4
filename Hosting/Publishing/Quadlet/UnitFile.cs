namespace XoeNovAi.Hosting.Publishing.Quadlet;

/// <summary>A unit of systemd: sections of keys that may come several times.</summary>
internal sealed class UnitFile
{
    private readonly List<(string Section, string Key, string Value)> _entries = [];

    /// <summary>Adds a key. A percent sign begins what systemd fills in, so it is doubled.</summary>
    public UnitFile Add(string section, string key, string value)
    {
        if (value.AsSpan().IndexOfAny('\r', '\n') >= 0)
        {
            throw new PublishingException($"'{key}' of a unit has a line break, which units do not take: '{value.ReplaceLineEndings("⏎")}'.");
        }

        _entries.Add((section, key, value.Replace("%", "%%", StringComparison.Ordinal)));
        return this;
    }

    /// <summary>Adds a key for each of some values.</summary>
    public UnitFile AddAll(string section, string key, IEnumerable<string> values)
    {
        foreach (var value in values)
        {
            Add(section, key, value);
        }

        return this;
    }

    /// <summary>Quotes a word as systemd takes words apart.</summary>
    public static string Quoted(string word)
        => word.Length > 0 && word.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or '/' or ':' or '=' or ',' or '@' or '+' or '%')
            ? word
            : $"\"{word.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    /// <summary>The same for the command of a unit, in which systemd replaces variables too.</summary>
    public static string QuotedArgument(string word) => Quoted(word.Replace("$", "$$", StringComparison.Ordinal));

    /// <inheritdoc />
    public override string ToString()
        => string.Join('\n', _entries.GroupBy(static e => e.Section, StringComparer.Ordinal).Select(static s => $"[{s.Key}]\n{string.Concat(s.Select(static e => $"{e.Key}={e.Value}\n"))}"));
}
