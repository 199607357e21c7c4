using System.Security.Cryptography;
using Aspire.Hosting.Publishing;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A random value of a given shape.</summary>
public sealed class GenerateParameterDefault : ParameterDefault
{
    private const string LowerCharacters = "abcdefghjkmnpqrstuvwxyz";
    private const string UpperCharacters = "ABCDEFGHJKMNPQRSTUVWXYZ";
    private const string NumericCharacters = "0123456789";
    private const string SpecialCharacters = "-_.{}~()*+!";

    /// <summary>The least length, in characters.</summary>
    public int MinLength { get; set; }

    /// <summary>Whether it may have lower case letters. On by default.</summary>
    public bool Lower { get; set; } = true;

    /// <summary>Whether it may have upper case letters. On by default.</summary>
    public bool Upper { get; set; } = true;

    /// <summary>Whether it may have digits. On by default.</summary>
    public bool Numeric { get; set; } = true;

    /// <summary>Whether it may have punctuation. On by default.</summary>
    public bool Special { get; set; } = true;

    /// <summary>The least number of lower case letters.</summary>
    public int MinLower { get; set; }

    /// <summary>The least number of upper case letters.</summary>
    public int MinUpper { get; set; }

    /// <summary>The least number of digits.</summary>
    public int MinNumeric { get; set; }

    /// <summary>The least number of punctuation characters.</summary>
    public int MinSpecial { get; set; }

    /// <inheritdoc />
    public override string GetDefaultValue()
    {
        (bool Use, int Min, string Set)[] groups =
        [
            (Lower, MinLower, LowerCharacters),
            (Upper, MinUpper, UpperCharacters),
            (Numeric, MinNumeric, NumericCharacters),
            (Special, MinSpecial, SpecialCharacters),
        ];
        var all = string.Concat(groups.Where(static g => g.Use).Select(static g => g.Set));
        if (all.Length == 0)
        {
            throw new DistributedApplicationException("A generated parameter needs at least one kind of character.");
        }

        var characters = new List<char>();
        foreach (var group in groups.Where(static g => g.Use))
        {
            characters.AddRange(RandomNumberGenerator.GetItems<char>(group.Set, group.Min));
        }

        // Never shorter than what 128 bits of randomness need.
        var least = Math.Max(MinLength, (int)Math.Ceiling(128 / Math.Log2(all.Length)));
        characters.AddRange(RandomNumberGenerator.GetItems<char>(all, Math.Max(0, least - characters.Count)));
        var result = characters.ToArray();
        RandomNumberGenerator.Shuffle(result.AsSpan());
        return new string(result);
    }

    /// <inheritdoc />
    public override void WriteToManifest(ManifestPublishingContext context)
    {
        var writer = context.Writer;
        writer.WriteStartObject("generate");
        writer.WriteNumber("minLength", MinLength);
        (string Name, bool Use, int Min)[] groups = [("lower", Lower, MinLower), ("upper", Upper, MinUpper), ("numeric", Numeric, MinNumeric), ("special", Special, MinSpecial)];
        foreach (var (name, _, _) in groups.Where(static g => !g.Use))
        {
            writer.WriteBoolean(name, false);
        }

        foreach (var (name, _, min) in groups.Where(static g => g.Min > 0))
        {
            writer.WriteNumber($"min{char.ToUpperInvariant(name[0])}{name[1..]}", min);
        }

        writer.WriteEndObject();
    }
}
