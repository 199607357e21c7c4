using XoeNovAi.Report.Commands;

namespace XoeNovAi.Plant;

/// <summary>What the command is asked for.</summary>
internal sealed record PlantOptions
{
    public const string Usage = """
        Usage: dotnet run --project eng/plant -- [OPTION …]

        Plants faults in a copy of the last commit, some at a time where they cannot hide each other, builds it, runs
        the tests that must find them, and says for each whether those turned red for the right reason while the tests
        beside them stayed green. The faults are in eng/plant/faults; the product has no switch for them. What was
        found is kept in artifacts/plant/results.json, where a later run goes on, and shown by the tests' next report.

          --only NAME,…    only these: faults, scenarios, or files of eng/plant/faults
          --again          those too that were found before
          --together N     at most so many at a time (default: 8)
          --list           only says which there are, and what became of them
          --help           this text

        Exit codes: 0 all were found, 1 some were not, 2 wrong usage, 130 interrupted.
        """;

    /// <summary>Faults, scenarios or files; none for all.</summary>
    public IReadOnlyList<string> Only { get; private init; } = [];

    /// <summary>Whether those found before are planted again.</summary>
    public bool Again { get; private init; }

    /// <summary>How many are planted at a time, at most.</summary>
    public int Together { get; private init; } = 8;

    /// <summary>Whether nothing is planted.</summary>
    public bool List { get; private init; }

    /// <exception cref="UsageException">There is no such option.</exception>
    public static PlantOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new PlantOptions();
        for (var i = 0; i < arguments.Count; i++)
        {
            options = arguments[i] switch
            {
                "--only" => options with { Only = [.. options.Only, .. arguments.ValueOf(i++).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)] },
                "--again" => options with { Again = true },
                "--together" when int.TryParse(arguments.ValueOf(i++), out var together) && together > 0 => options with { Together = together },
                "--together" => throw new UsageException("--together takes a number from 1."),
                "--list" => options with { List = true },
                var unknown => throw new UsageException($"There is no option '{unknown}'; --help says which there are."),
            };
        }

        return options;
    }
}
