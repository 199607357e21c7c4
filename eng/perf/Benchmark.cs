namespace XoeNovAi.Perf;

/// <summary>A benchmark: a command that prints its figures as one line of JSON when it is told <c>--json</c>.</summary>
/// <param name="Name">Its name here and in <c>limits.json</c>.</param>
/// <param name="Command">The command, from the repository's root.</param>
/// <param name="Options">What it is told unless the command line says otherwise.</param>
internal sealed record Benchmark(string Name, string Command, IReadOnlyList<string> Options)
{
    public static IReadOnlyList<Benchmark> All { get; } =
    [
        new("gateway", "eng/bench-gateway", ["--rounds", "3", "--rates", "0.25"]),
        new("boot", "eng/bench-boot", ["--runs", "5", "--no-stock"]),
    ];
}
