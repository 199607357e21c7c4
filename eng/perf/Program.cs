using System.Globalization;
using System.Text.Json;
using XoeNovAi.Perf;
using XoeNovAi.Report.Benchmarks;
using XoeNovAi.Report.Commands;
using XoeNovAi.Report.Runs;

const string Usage = """
    Usage: dotnet run --project eng/perf -- [gateway] [boot] [-- OPTION …]

    Runs the benchmarks (both, unless told which), compares what they give with the limits in eng/perf/limits.json, and
    says of each figure whether it is met. Every figure is a ratio or a difference against something in the same run.
    What was measured is kept in artifacts/bench/history.json, and shown by the tests' next report.

      gateway      the gateway against the direct call, Caddy, and itself without telemetry (some five minutes)
      boot         start and stop of the stack against plain podman (some ten minutes)
      -- OPTION …  other options of the benchmark, which is one then: see eng/bench-gateway and eng/bench-boot --help
      --list       only says which figures there are, with their limits
      --help       this text

    Nothing else may run on the machine meanwhile. Exit codes: 0 all limits are met, 1 some are not, or a benchmark
    failed, 2 wrong usage, 130 interrupted.
    """;

var split = Array.IndexOf(args, "--");
var (names, given) = split < 0 ? (args, null) : (args[..split], args[(split + 1)..]);
return await ToolProgram.RunAsync(names, Usage, async ending =>
{
    var repository = RunFolder.Repository(AppContext.BaseDirectory);
    var limits = Limits.Read(repository);
    if (names is ["--list"])
    {
        foreach (var limit in limits)
        {
            Console.WriteLine($"{limit.Scenario}  {limit.Benchmark,-8} {limit.Name,-62} {new BenchmarkFigure(limit.Scenario, limit.Name, limit.Unit, 0, limit.AtLeast, limit.AtMost).Limit}");
        }

        return 0;
    }

    if (names.FirstOrDefault(static n => !Benchmark.All.Any(b => b.Name == n)) is { } unknown)
    {
        throw new UsageException($"There is no benchmark '{unknown}'. There are: {string.Join(", ", Benchmark.All.Select(static b => b.Name))}.");
    }

    var chosen = Benchmark.All.Where(b => names.Length == 0 || names.Contains(b.Name)).ToList();
    if (given is not null && chosen.Count != 1)
    {
        throw new UsageException("Options are of one benchmark: say which.");
    }

    var steps = new Steps(repository, Path.Combine(BenchmarkHistory.FolderOf(repository), "log"), TimeProvider.System, ending);
    var areMet = true;
    foreach (var benchmark in chosen)
    {
        var what = $"benchmark {benchmark.Name}";
        await steps.RunAsync(what, Path.Combine(repository, benchmark.Command), [.. given ?? benchmark.Options, "--json"]);
        var figures = limits.Judge(benchmark.Name, FiguresOf(steps.LogOf(what)));
        BenchmarkHistory.Add(repository, new(benchmark.Name, await Git.RunAsync(repository, "rev-parse", "HEAD"), TimeProvider.System.GetUtcNow(), figures));
        foreach (var figure in figures)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {figure.Scenario}  {figure.Name,-62} {figure.Measured,10}  {figure.Limit,-16} {(figure.Limit.Length == 0 ? string.Empty : figure.IsMet ? "met" : "NOT MET")}"));
        }

        areMet &= figures.All(static f => f.IsMet);
    }

    Console.WriteLine(areMet ? "All limits are met." : "Not all limits are met.");
    return areMet ? 0 : ToolProgram.Failed;
});

static Dictionary<string, double> FiguresOf(string log) =>
    File.ReadLines(log).LastOrDefault(static l => l.StartsWith('{')) is { } line
        ? JsonSerializer.Deserialize<Dictionary<string, double>>(line)!
        : throw new InvalidDataException($"There are no figures in {log}.");
