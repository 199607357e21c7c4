using XoeNovAi.Plant;
using XoeNovAi.Report.Commands;
using XoeNovAi.Report.Plants;
using XoeNovAi.Report.Runs;

return await ToolProgram.RunAsync(args, PlantOptions.Usage, async ending =>
{
    var options = PlantOptions.Parse(args);
    var repository = RunFolder.Repository(AppContext.BaseDirectory);
    var all = FaultCatalogue.Read(repository);
    if (options.Only.FirstOrDefault(name => !all.Any(f => IsMeant(f, name))) is { } unknown)
    {
        throw new UsageException($"There is no fault, scenario or file '{unknown}'; --list says which faults there are.");
    }

    IReadOnlyList<PlantedFault> faults = [.. all.Where(f => options.Only.Count == 0 || options.Only.Any(name => IsMeant(f, name))).Select(static f => f.Fault)];
    if (faults.Select(f => f.Misfit(repository)).FirstOrDefault(static m => m is not null) is { } misfit)
    {
        throw new InvalidDataException(misfit);
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

    await using var run = await PlantRun.CreateAsync(options, repository, TimeProvider.System, ending);
    var summary = await run.RunAsync(faults);
    var missed = faults.Where(f => !summary.Results.Any(r => r.Id == f.Id && r.Verdict == PlantVerdict.Found)).ToList();
    Console.WriteLine($"{Environment.NewLine}{faults.Count - missed.Count} of {faults.Count} planted faults were found{(missed.Count == 0 ? "." : $"; not: {string.Join(", ", missed.Select(static f => f.Id))}.")}");
    return missed.Count == 0 ? 0 : ToolProgram.Failed;
});

static bool IsMeant((string Source, PlantedFault Fault) fault, string name)
    => string.Equals(name, fault.Source, StringComparison.OrdinalIgnoreCase) || string.Equals(name, fault.Fault.Id, StringComparison.OrdinalIgnoreCase) || string.Equals(name, fault.Fault.Scenario, StringComparison.OrdinalIgnoreCase);
