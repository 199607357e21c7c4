using System.Globalization;

namespace XoeNovAi.Load;

/// <summary>What the command line says.</summary>
internal sealed record LoadOptions
{
    public required Uri Target { get; init; }

    public LoadProfile Profile { get; init; } = LoadProfile.Constant(20, TimeSpan.FromSeconds(10));

    public required HttpMethod Method { get; init; }

    public string? Body { get; init; }

    public bool IsSaturation { get; init; }

    public int InFlight { get; init; } = new LoadLimits().InFlight;

    public string Output { get; init; } = Path.Combine("artifacts", "load");

    /// <exception cref="FormatException">Something in it is not understood; the message says what.</exception>
    public static LoadOptions Parse(IReadOnlyList<string> arguments)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        string? target = null;
        var saturation = false;
        for (var at = 0; at < arguments.Count; at++)
        {
            switch (arguments[at])
            {
                case "--saturation":
                    saturation = true;
                    break;
                case "--load" or "--method" or "--body" or "--in-flight" or "--output":
                    values[arguments[at]] = at + 1 < arguments.Count ? arguments[++at] : throw new FormatException($"'{arguments[at]}' needs a value.");
                    break;
                case { } option when option.StartsWith('-'):
                    throw new FormatException($"There is no option '{option}'.");
                default:
                    target = target is null ? arguments[at] : throw new FormatException($"'{arguments[at]}' is one URL too many.");
                    break;
            }
        }

        var body = values.GetValueOrDefault("--body");
        var options = new LoadOptions
        {
            Target = Uri.TryCreate(target, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri! : throw new FormatException(target is null ? "The URL is missing." : $"'{target}' is no URL: write it as http://localhost:8000/path."),
            Method = new(values.GetValueOrDefault("--method") ?? (body is null ? "GET" : "POST")),
            Body = body,
            IsSaturation = saturation,
        };
        options = values.TryGetValue("--load", out var load) ? options with { Profile = LoadProfile.Parse(load) } : options;
        options = values.TryGetValue("--output", out var output) ? options with { Output = output } : options;
        return values.TryGetValue("--in-flight", out var count)
            ? options with { InFlight = int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : throw new FormatException($"'{count}' is no number of requests: --in-flight takes one above 0.") }
            : options;
    }
}
