using System.Diagnostics;
using System.Runtime.InteropServices;
using XoeNovAi.Coverage;
using XoeNovAi.Report.Commands;
using XoeNovAi.Report.Coverage;
using XoeNovAi.Report.Runs;

const int Failed = 1;
const int WrongUse = 2;
const int Cancelled = 130;

if (args.Any(static a => a is "--help" or "-h"))
{
    Console.WriteLine(CoverageOptions.Usage);
    return 0;
}

CoverageOptions options;
try
{
    options = CoverageOptions.Parse(args);
}
catch (CoverageException exception)
{
    Console.Error.WriteLine(exception.Message);
    return WrongUse;
}

using var ending = new CancellationTokenSource();
void End(PosixSignalContext context)
{
    context.Cancel = true;
    ending.Cancel();
}

using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
var repository = RunFolder.Repository(AppContext.BaseDirectory);
try
{
    var summary = await new CoverageRun(options, repository, TimeProvider.System, ending.Token).RunAsync();
    var page = Path.Combine(CoverageSummary.FolderOf(repository), "index.html");
    Console.WriteLine($"{Environment.NewLine}{CoverageText.Of(summary)}{Environment.NewLine}{page}");
    if (options.Open)
    {
        using var browser = Process.Start(new ProcessStartInfo(page) { UseShellExecute = true });
    }

    return summary is { IsEnough: true, HavePassed: true } ? 0 : Failed;
}
catch (Exception exception) when (exception is CoverageException or StepException)
{
    Console.Error.WriteLine(exception.Message);
    return Failed;
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("Ended before its time.");
    return Cancelled;
}
