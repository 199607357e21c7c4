using System.Globalization;
using System.Text.RegularExpressions;

namespace XoeNovAi.Load;

/// <summary>A stretch of a load.</summary>
/// <param name="From">Requests per second at its begin.</param>
/// <param name="To">Requests per second at its end; between them the rate changes evenly.</param>
/// <param name="Duration">How long it takes.</param>
public sealed record LoadStage(double From, double To, TimeSpan Duration)
{
    /// <summary>How many requests are due within it.</summary>
    public double Requests => (From + To) / 2 * Duration.TotalSeconds;

    /// <summary>When within it so many requests are due.</summary>
    public TimeSpan DueAfter(double requests)
    {
        // The integral of a rate that changes evenly, solved for the time; without a change it is a division.
        var slope = (To - From) / Duration.TotalSeconds;
        return TimeSpan.FromSeconds(Math.Abs(slope) < 1e-9 ? requests / From : (Math.Sqrt(Math.Max((From * From) + (2 * slope * requests), 0)) - From) / slope);
    }
}

/// <summary>When requests are due: an open model, in which none waits for the answer to another.</summary>
/// <param name="Stages">Its stretches, one after the other.</param>
public sealed partial record LoadProfile(IReadOnlyList<LoadStage> Stages)
{
    /// <summary>The most requests a load may have.</summary>
    public const int MostRequests = 1_000_000;

    /// <summary>How long it takes.</summary>
    public TimeSpan Duration => TimeSpan.FromSeconds(Stages.Sum(static s => s.Duration.TotalSeconds));

    /// <summary>How many requests are due in all.</summary>
    public int Requests => (int)Stages.Sum(static s => Math.Round(s.Requests));

    /// <summary>A rate that stays.</summary>
    public static LoadProfile Constant(double perSecond, TimeSpan duration) => new([new(perSecond, perSecond, duration)]);

    /// <summary>Reads <c>50:30s</c> (50 a second for 30 seconds), <c>10-200:1m</c> (from 10 to 200 within a minute), and several of these behind commas.</summary>
    /// <exception cref="FormatException">It is none; the message names the part.</exception>
    public static LoadProfile Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var profile = new LoadProfile([.. text.Split(',', StringSplitOptions.TrimEntries).Select(ParseStage)]);
        return profile.Stages.Sum(static s => s.Requests) <= MostRequests
            ? profile
            : throw new FormatException($"'{text}' is more than {MostRequests} requests: give it less time or a lower rate.");
    }

    /// <summary>The moments at which requests are due, counted from the begin.</summary>
    public IEnumerable<TimeSpan> Due()
    {
        var begin = TimeSpan.Zero;
        foreach (var stage in Stages)
        {
            var requests = Math.Round(stage.Requests);
            for (var number = 0; number < requests; number++)
            {
                yield return begin + stage.DueAfter(number);
            }

            begin += stage.Duration;
        }
    }

    private static LoadStage ParseStage(string text)
    {
        if (Stage().Match(text) is not { Success: true } stage)
        {
            throw new FormatException($"'{text}' is no load: write it as 50:30s (50 a second for 30 seconds) or 10-200:1m (from 10 to 200 within a minute).");
        }

        var from = double.Parse(stage.Groups["from"].Value, CultureInfo.InvariantCulture);
        var to = stage.Groups["to"].Success ? double.Parse(stage.Groups["to"].Value, CultureInfo.InvariantCulture) : from;
        var time = double.Parse(stage.Groups["time"].Value, CultureInfo.InvariantCulture) * (stage.Groups["unit"].Value == "m" ? 60 : 1);
        return from + to > 0 && time > 0 ? new(from, to, TimeSpan.FromSeconds(time)) : throw new FormatException($"'{text}' sends nothing: a rate and a time above 0 are needed.");
    }

    [GeneratedRegex(@"^(?<from>\d{1,6}(\.\d+)?)(-(?<to>\d{1,6}(\.\d+)?))?:(?<time>\d{1,5}(\.\d+)?)(?<unit>s|m)$")]
    private static partial Regex Stage();
}
