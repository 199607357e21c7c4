using System.Globalization;
using System.Text.RegularExpressions;

namespace XoeNovAi.Gateway.Tests;

/// <summary>Reads Prometheus' text format 0.0.4 and refuses what does not follow it.</summary>
internal static partial class PrometheusText
{
    private static readonly string[] Types = ["counter", "gauge", "histogram", "summary", "untyped"];

    /// <exception cref="FormatException">The text does not follow the format.</exception>
    public static IReadOnlyList<PrometheusSample> Parse(string text)
    {
        if (text.Length > 0 && !text.EndsWith('\n'))
        {
            throw new FormatException("The last line does not end.");
        }

        var samples = new List<PrometheusSample>();
        var types = new Dictionary<string, string>(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n').Where(static line => line.Length > 0))
        {
            if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                var parts = line.Split(' ');
                if (parts.Length != 4 || !Types.Contains(parts[3]) || !types.TryAdd(parts[2], parts[3]))
                {
                    throw new FormatException($"Wrong or repeated type: {line}");
                }
            }
            else if (!line.StartsWith('#'))
            {
                var match = Sample().Match(line);
                if (!match.Success || !seen.Add(match.Groups["series"].Value))
                {
                    throw new FormatException($"No sample, or one seen before: {line}");
                }

                var labels = match.Groups["label"].Captures.Zip(match.Groups["text"].Captures).ToDictionary(static pair => pair.First.Value, static pair => pair.Second.Value);
                var value = match.Groups["value"].Value switch
                {
                    "+Inf" => double.PositiveInfinity,
                    "-Inf" => double.NegativeInfinity,
                    var number => double.Parse(number, CultureInfo.InvariantCulture),
                };
                var name = match.Groups["name"].Value;
                if (!types.Keys.Any(family => name == family || (types[family] is "histogram" or "summary" && (name == family + "_bucket" || name == family + "_sum" || name == family + "_count"))))
                {
                    throw new FormatException($"A sample without a type: {line}");
                }

                samples.Add(new(name, labels, value));
            }
        }

        return samples;
    }

    [GeneratedRegex("""^(?<series>(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{((?<label>[a-zA-Z_][a-zA-Z0-9_]*)="(?<text>([^"\\\n]|\\[\\n"])*)",?)*\})?) (?<value>[+-]?Inf|NaN|[+-]?[0-9][0-9.eE+-]*)( -?[0-9]+)?$""", RegexOptions.ExplicitCapture)]
    private static partial Regex Sample();
}
