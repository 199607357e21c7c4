using System.Globalization;
using XoeNovAi.Report.Commands;

namespace XoeNovAi.Coverage;

/// <summary>What the command is asked for.</summary>
internal sealed record CoverageOptions
{
    public const string Usage = """
        Usage: dotnet run --project eng/coverage -- [OPTION …]

        Builds the repository apart from its ordinary build, runs its test projects with every assembly of Gateway,
        ServiceDefaults, Consul, SampleServices and Hosting instrumented, and writes artifacts/coverage: HTML to read
        (index.html), Cobertura, and summary.json, which the report of the next run of the tests shows.

          --unit             without IntegrationTests, which runs whole stacks: some minutes instead of a quarter of an hour
          --filter FILTER    other tests of IntegrationTests than the usual ones
          --limit PERCENT    fails when lines or branches of all together are below this (default: 90)
          --keep             leaves the build in artifacts/coverage/build
          --open             opens the page in the browser
          --help             this text
        """;

    /// <summary>The share of lines, and of branches, there must be.</summary>
    public double Limit { get; private init; } = 90;

    /// <summary>Whether stacks are left out.</summary>
    public bool IsUnit { get; private init; }

    /// <summary>Which tests of IntegrationTests are run; null for the usual ones.</summary>
    public string? Filter { get; private init; }

    /// <summary>Whether the build stays.</summary>
    public bool Keep { get; private init; }

    /// <summary>Whether the page is opened.</summary>
    public bool Open { get; private init; }

    /// <exception cref="UsageException">There is no such option.</exception>
    public static CoverageOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new CoverageOptions();
        for (var i = 0; i < arguments.Count; i++)
        {
            options = arguments[i] switch
            {
                "--unit" => options with { IsUnit = true },
                "--keep" => options with { Keep = true },
                "--open" => options with { Open = true },
                "--filter" => options with { Filter = arguments.ValueOf(i++) },
                "--limit" when double.TryParse(arguments.ValueOf(i++), NumberStyles.Float, CultureInfo.InvariantCulture, out var limit) && limit is >= 0 and <= 100 => options with { Limit = limit },
                "--limit" => throw new UsageException("--limit takes a number from 0 to 100."),
                var unknown => throw new UsageException($"There is no option '{unknown}'; --help says which there are."),
            };
        }

        return options;
    }
}
