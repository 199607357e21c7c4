using System.Globalization;

namespace XoeNovAi.GatewayBenchmark;

/// <summary>What the command line asks for.</summary>
internal sealed record BenchmarkOptions
{
    public const string Usage = """
        Usage: eng/bench-gateway [--rounds N] [--seconds N] [--warm-up N] [--connections N] [--rates LIST] [--memory MINUTES] [--json]

        Measures the gateway, with and without telemetry, against Caddy with the same routes and headers and against the
        backend itself: how many requests per second each takes, and how much latency each adds at fixed rates of arrival.
        The subjects take turns, so that what else the machine does falls on all.

          --rounds N         rounds; the median of them counts (3)
          --seconds N        how long each measurement lasts (5)
          --warm-up N        seconds of load each subject has before the first (10)
          --connections N    connections of the client (64)
          --rates LIST       rates of arrival as shares of what Caddy takes at most (0.25,0.5,0.75,0.9); none: leaves this part out
          --memory MINUTES   how long the memory of the gateway with telemetry is watched at half of what Caddy takes (0: not at all)
          --json             prints the figures that have a limit as a line of JSON as well (verdicts: dotnet run --project eng/perf)
          --help             prints this
        """;

    public IReadOnlyList<Subject> Subjects { get; init; } = [];

    public int Rounds { get; init; } = 3;

    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(10);

    public int Connections { get; init; } = 64;

    public IReadOnlyList<double> Rates { get; init; } = [0.25, 0.5, 0.75, 0.9];

    public TimeSpan Memory { get; init; }

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
                case "--subject":
                    options = options with { Subjects = [.. options.Subjects, Subject.Parse(Value(args, ref i))] };
                    break;
                case "--rounds":
                    options = options with { Rounds = Number(args, ref i, least: 1) };
                    break;
                case "--seconds":
                    options = options with { Time = TimeSpan.FromSeconds(Number(args, ref i, least: 1)) };
                    break;
                case "--warm-up":
                    options = options with { WarmUp = TimeSpan.FromSeconds(Number(args, ref i, least: 0)) };
                    break;
                case "--connections":
                    options = options with { Connections = Number(args, ref i, least: 1) };
                    break;
                case "--rates":
                    options = options with { Rates = Shares(args, ref i) };
                    break;
                case "--memory":
                    options = options with { Memory = TimeSpan.FromMinutes(Number(args, ref i, least: 0)) };
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

    private static string Value(string[] args, ref int i)
    {
        var name = args[i++];
        return i < args.Length ? args[i] : throw new FormatException($"'{name}' takes a value.");
    }

    private static int Number(string[] args, ref int i, int least)
    {
        var name = args[i];
        return int.TryParse(Value(args, ref i), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least
            ? number
            : throw new FormatException($"'{name}' takes a number from {least} on.");
    }

    private static double[] Shares(string[] args, ref int i)
    {
        var text = Value(args, ref i);
        return text == "none" ? [] : [.. text.Split(',').Select(static share =>
            double.TryParse(share, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number > 0
                ? number
                : throw new FormatException($"'--rates' takes shares such as 0.25,0.5, not '{share}'."))];
    }
}
