using System.Diagnostics;
using XoeNovAi.Coverage;
using XoeNovAi.Report.Commands;
using XoeNovAi.Report.Coverage;
using XoeNovAi.Report.Runs;

return await ToolProgram.RunAsync(args, CoverageOptions.Usage, async ending =>
{
    var options = CoverageOptions.Parse(args);
    var repository = RunFolder.Repository(AppContext.BaseDirectory);
    var summary = await new CoverageRun(options, repository, TimeProvider.System, ending).RunAsync();
    var page = Path.Combine(CoverageSummary.FolderOf(repository), "index.html");
    Console.WriteLine($"{Environment.NewLine}{CoverageText.Of(summary)}{Environment.NewLine}{page}");
    if (options.Open)
    {
        using var browser = Process.Start(new ProcessStartInfo(page) { UseShellExecute = true });
    }

    return summary is { IsEnough: true, HavePassed: true } ? 0 : ToolProgram.Failed;
});
