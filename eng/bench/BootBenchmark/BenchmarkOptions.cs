using System.Globalization;

namespace XoeNovAi.BootBenchmark;

/// <summary>What the command line asks for.</summary>
internal sealed record BenchmarkOptions
{
    public const string Usage = """
        Usage: eng/bench-boot [--runs N] [--warm-up N] [--no-dashboard] [--profile]

        Measures how long the stack takes to start until everything is healthy, and to stop, against plain podman
        with the same images and arguments. The kinds of run alternate, so that what else the machine does falls on all.

          --runs N         runs of each kind that count (10)
          --warm-up N      runs of each kind before those (1)
          --no-dashboard   leaves out the runs with the dashboard, which measure the way to the first span
          --profile        prints when each resource of the last runs changed its state
          --help           prints this
        """;

    public int Runs { get; init; } = 10;

    public int WarmUps { get; init; } = 1;

    public bool Dashboard { get; init; } = true;

    public bool Profile { get; init; }

    /// <summary>Reads the command line; null when help is asked for.</summary>
    /// <exception cref="FormatException">It is not understood; the message says what.</exception>
    public static BenchmarkOptions? Parse(string[] args)
    {
        var options = new BenchmarkOptions();
        for (var i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--help" or "-h":
                    return null;
                case "--runs":
                    options = options with { Runs = Number(args, ref i, least: 1) };
                    break;
                case "--warm-up":
                    options = options with { WarmUps = Number(args, ref i, least: 1) };
                    break;
                case "--no-dashboard":
                    options = options with { Dashboard = false };
                    break;
                case "--profile":
                    options = options with { Profile = true };
                    break;
                default:
                    throw new FormatException($"'{args[i]}' is not an option.");
            }
        }

        return options;
    }

    private static int Number(string[] args, ref int i, int least)
    {
        var name = args[i++];
        return i < args.Length && int.TryParse(args[i], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least
            ? number
            : throw new FormatException($"'{name}' takes a number from {least} on.");
    }
}
