using System.Globalization;
using XoeNovAi.Report.Commands;

namespace XoeNovAi.Soak;

/// <summary>What the command is asked for.</summary>
internal sealed record SoakOptions
{
    public const string Usage = """
        Usage: dotnet run --project eng/soak -- [OPTION …]

        Runs the quick lane again and again, to find tests that fail now and then: such a test is a fault, of its own or
        of the product. How often each has failed is kept in artifacts/soak/ledger.json, where a later run of the same
        commit goes on, and is shown by the tests' next report.

          --times N        how often (default: 100; each takes some two minutes)
          --filter EXPR    which tests, as dotnet test takes it (default: TestCategory=Quick)
          --help           this text

        Exit codes: 0 none failed, 1 some did, 2 wrong usage, 130 interrupted.
        """;

    /// <summary>How often.</summary>
    public int Times { get; private init; } = 100;

    /// <summary>Which tests.</summary>
    public string Filter { get; private init; } = "TestCategory=Quick";

    /// <exception cref="UsageException">There is no such option, or not with such a value.</exception>
    public static SoakOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new SoakOptions();
        for (var i = 0; i < arguments.Count; i++)
        {
            options = arguments[i] switch
            {
                "--times" when int.TryParse(arguments.ValueOf(i++), NumberStyles.None, CultureInfo.InvariantCulture, out var times) && times > 0 => options with { Times = times },
                "--times" => throw new UsageException("--times takes a number from 1."),
                "--filter" => options with { Filter = arguments.ValueOf(i++) },
                var unknown => throw new UsageException($"There is no option '{unknown}'; --help says which there are."),
            };
        }

        return options;
    }
}
