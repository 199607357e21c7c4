using System.Text;
using System.Text.RegularExpressions;

namespace XoeNovAi.Hosting.Podman.Images;

/// <summary>What a <c>.dockerignore</c> leaves out of a build's context. The last rule that matches a path, or a folder above it, decides.</summary>
internal sealed class IgnoreRules
{
    private readonly List<(Regex Pattern, bool Ignores)> _rules = [];

    public IgnoreRules(string content)
    {
        foreach (var line in content.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(static l => l[0] != '#'))
        {
            var ignores = line[0] != '!';
            var pattern = (ignores ? line : line[1..].Trim()).Trim('/');
            pattern = pattern.StartsWith("./", StringComparison.Ordinal) ? pattern[2..] : pattern;
            if (pattern is not ("" or "."))
            {
                _rules.Add((new($"^{RegexOf(pattern)}$", RegexOptions.CultureInvariant), ignores));
            }
        }
    }

    /// <summary>Whether something in an ignored folder may be wanted all the same.</summary>
    public bool HasExceptions => _rules.Any(static r => !r.Ignores);

    /// <param name="path">Relative to the context, with slashes.</param>
    public bool Ignores(string path)
    {
        var ignored = false;
        foreach (var (pattern, ignores) in _rules)
        {
            if (ignores != ignored && PathAndFoldersOf(path).Any(pattern.IsMatch))
            {
                ignored = ignores;
            }
        }

        return ignored;
    }

    private static IEnumerable<string> PathAndFoldersOf(string path)
    {
        for (var end = path.Length; end > 0; end = path.LastIndexOf('/', end - 1))
        {
            yield return path[..end];
        }
    }

    private static string RegexOf(string pattern)
    {
        var regex = new StringBuilder();
        for (var i = 0; i < pattern.Length; i++)
        {
            switch (pattern[i])
            {
                case '*' when pattern.AsSpan(i).StartsWith("**/"):
                    regex.Append("(?:.*/)?");
                    i += 2;
                    break;
                case '*' when pattern.AsSpan(i).StartsWith("**"):
                    regex.Append(".*");
                    i++;
                    break;
                case '*':
                    regex.Append("[^/]*");
                    break;
                case '?':
                    regex.Append("[^/]");
                    break;
                case '[' when pattern.IndexOf(']', i) is var end and > 0:
                    regex.Append(pattern.AsSpan(i, end - i + 1));
                    i = end;
                    break;
                case '\\' when i + 1 < pattern.Length:
                    regex.Append(Regex.Escape(pattern[++i].ToString()));
                    break;
                default:
                    regex.Append(Regex.Escape(pattern[i].ToString()));
                    break;
            }
        }

        return regex.ToString();
    }
}
