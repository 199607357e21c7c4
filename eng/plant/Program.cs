using System.Runtime.InteropServices;
using XoeNovAi.Plant;
using XoeNovAi.Report.Plants;
using XoeNovAi.Report.Runs;

const int NotFound = 1;
const int WrongUse = 2;
const int Cancelled = 130;

if (args.Any(static a => a is "--help" or "-h"))
{
    Console.WriteLine(PlantOptions.Usage);
    return 0;
}

var repository = RunFolder.Repository(AppContext.BaseDirectory);
PlantOptions options;
IReadOnlyList<Fault> faults;
try
{
    options = PlantOptions.Parse(args);
    var all = FaultCatalogue.Read(repository);
    if (options.Only.FirstOrDefault(name => !all.Any(f => IsMeant(f, name))) is { } unknown)
    {
        throw new PlantException($"There is no fault, scenario or file '{unknown}'; --list says which faults there are.");
    }

    faults = [.. all.Where(f => options.Only.Count == 0 || options.Only.Any(name => IsMeant(f, name))).Select(static f => f.Fault)];
    if (faults.Select(f => f.Misfit(repository)).FirstOrDefault(static m => m is not null) is { } misfit)
    {
        throw new PlantException(misfit);
    }
}
catch (Exception exception) when (exception is PlantException or InvalidDataException)
{
    Console.Error.WriteLine(exception.Message);
    return WrongUse;
}

if (options.List)
{
    var known = PlantSummary.Load(repository);
    foreach (var fault in faults)
    {
        var result = known.Results.FirstOrDefault(r => r.Id == fault.Id && r.Definition == fault.Definition);
        Console.WriteLine($"{fault.Scenario,-9} {fault.Id,-32} {result?.Verdict.ToString() ?? "not planted yet",-16} {fault.What}");
    }

    return 0;
}

using var ending = new CancellationTokenSource();
void End(PosixSignalContext context)
{
    context.Cancel = true;
    ending.Cancel();
}

using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
try
{
    await using var run = await PlantRun.CreateAsync(options, repository, TimeProvider.System, ending.Token);
    var summary = await run.RunAsync(faults);
    var missed = faults.Where(f => !summary.Results.Any(r => r.Id == f.Id && r.Verdict == PlantVerdict.Found)).ToList();
    Console.WriteLine($"{Environment.NewLine}{faults.Count - missed.Count} of {faults.Count} planted faults were found{(missed.Count == 0 ? "." : $"; not: {string.Join(", ", missed.Select(static f => f.Id))}.")}");
    return missed.Count == 0 ? 0 : NotFound;
}
catch (PlantException exception)
{
    Console.Error.WriteLine(exception.Message);
    return NotFound;
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("Ended before its time; what was found out is kept.");
    return Cancelled;
}

static bool IsMeant((string Source, Fault Fault) fault, string name)
    => string.Equals(name, fault.Source, StringComparison.OrdinalIgnoreCase) || string.Equals(name, fault.Fault.Id, StringComparison.OrdinalIgnoreCase) || string.Equals(name, fault.Fault.Scenario, StringComparison.OrdinalIgnoreCase);
