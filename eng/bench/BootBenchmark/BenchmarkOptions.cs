using System.Globalization;

namespace XoeNovAi.BootBenchmark;

/// <summary>What the command line asks for.</summary>
internal sealed record BenchmarkOptions
{
    public const string Usage = """
        Usage: eng/bench-boot [--runs N] [--no-dashboard] [--no-stock] [--json]

        Measures how long the stack takes to start and to stop, against plain podman making the same containers and
        networks, and a small model on this hosting against the same on stock Aspire. The kinds of run take turns, so that
        what else the machine does falls on all. A first round, which does not count, warms up and records what podman is
        to repeat. Exit code 1 when a limit is exceeded.

          --runs N         rounds that count (10)
          --no-dashboard   leaves out the AppHost as a process with the dashboard, and with it the way to the first answer
          --no-stock       leaves out the small model
          --json           prints the figures that have a limit as a line of JSON as well
          --help           prints this
        """;

    public int Runs { get; init; } = 10;

    public bool Dashboard { get; init; } = true;

    public bool Stock { get; init; } = true;

    public bool Json { get; init; }

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
                case "--runs" when i + 1 < args.Length && int.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var runs) && runs > 0:
                    options = options with { Runs = runs };
                    i++;
                    break;
                case "--runs":
                    throw new FormatException("'--runs' takes a number from 1 on.");
                case "--no-dashboard":
                    options = options with { Dashboard = false };
                    break;
                case "--no-stock":
                    options = options with { Stock = false };
                    break;
                case "--json":
                    options = options with { Json = true };
                    break;
                default:
                    throw new FormatException($"'{args[i]}' is not an option.");
            }
        }

        return options;
    }
}
