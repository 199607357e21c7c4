using System.Security.Cryptography;
using System.Text;

namespace XoeNovAi.Plant;

/// <summary>A fault that can be planted: a place in the sources, and what stands there instead.</summary>
public sealed record PlantedFault
{
    /// <summary>Its name.</summary>
    public required string Id { get; init; }

    /// <summary>The scenario of the catalogue that must turn red.</summary>
    public required string Scenario { get; init; }

    /// <summary>What is wrong with the product then.</summary>
    public required string What { get; init; }

    /// <summary>The file, from the repository's root.</summary>
    public required string File { get; init; }

    /// <summary>What stands there, once in the file.</summary>
    public required string Find { get; init; }

    /// <summary>What is put in its place.</summary>
    public string Put { get; init; } = string.Empty;

    /// <summary>The folder of the project whose tests must find it.</summary>
    public string Tests { get; init; } = "IntegrationTests";

    /// <summary>The tests that must turn red, as <c>Class.Method</c> or the beginning of it.</summary>
    public required IList<string> Red { get; init; }

    /// <summary>What one of them must say: a regular expression.</summary>
    public required string Because { get; init; }

    /// <summary>Tests that may turn red as well, since what they test rests on it.</summary>
    public IList<string> Also { get; init; } = [];

    /// <summary>Whether nothing else is planted with it: it would hide other faults.</summary>
    public bool Alone { get; init; }

    /// <summary>The classes that are run.</summary>
    public IEnumerable<string> Classes => Red.Select(static r => r.Split('.')[0]).Distinct(StringComparer.Ordinal);

    /// <summary>Tells whether the fault was defined as it is now.</summary>
    public string Definition => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', [File, Find, Put, Tests, Because, .. Red, .. Also]))))[..16];

    /// <summary>Puts it into a checkout.</summary>
    /// <param name="root">The checkout.</param>
    internal void PutInto(string root)
    {
        var path = Path.Combine(root, File);
        System.IO.File.WriteAllText(path, Replace(System.IO.File.ReadAllText(path)));
    }

    /// <summary>Why it does not fit a checkout; null when it does.</summary>
    /// <param name="root">The checkout.</param>
    public string? Misfit(string root)
    {
        var path = Path.Combine(root, File);
        if (!System.IO.File.Exists(path))
        {
            return $"{Id}: there is no file {File}.";
        }

        var text = System.IO.File.ReadAllText(path);
        var first = text.IndexOf(Find, StringComparison.Ordinal);
        return first < 0 ? $"{Id}: {File} does not have '{Find}'."
            : text.IndexOf(Find, first + 1, StringComparison.Ordinal) >= 0 ? $"{Id}: {File} has '{Find}' more than once."
            : null;
    }

    private string Replace(string text) => text.Replace(Find, Put, StringComparison.Ordinal);
}
