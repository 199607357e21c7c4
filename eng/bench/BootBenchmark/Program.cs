using System.Globalization;
using System.Runtime.InteropServices;
using XoeNovAi.BootBenchmark;

const int WrongUsage = 2;
const int Interrupted = 130;

BenchmarkOptions options;
try
{
    if (BenchmarkOptions.Parse(args) is not { } parsed)
    {
        Console.WriteLine(BenchmarkOptions.Usage);
        return 0;
    }

    options = parsed;
}
catch (FormatException exception)
{
    Console.Error.WriteLine($"{exception.Message} See --help.");
    return WrongUsage;
}

using var ending = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
try
{
    var report = new Report();
    report.Print(await MeasureAsync(ending.Token));
    if (options.Json)
    {
        report.PrintJson();
    }

    return 0;
}
catch (OperationCanceledException) when (ending.IsCancellationRequested)
{
    Console.Error.WriteLine("Interrupted; what was running has been removed.");
    return Interrupted;
}
catch (Exception exception) when (exception is DistributedApplicationException or InvalidOperationException)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}

void End(PosixSignalContext context)
{
    context.Cancel = true;
    ending.Cancel();
}

async Task<Measurements> MeasureAsync(CancellationToken cancellationToken)
{
    var podman = new BenchmarkPodman();

    // Stock Aspire looks for it there.
    Environment.SetEnvironmentVariable("PATH", $"{podman.Folder}:{Environment.GetEnvironmentVariable("PATH")}");
    Environment.SetEnvironmentVariable("ASPIRE_CONTAINER_RUNTIME", "podman");
    Console.WriteLine($"{Environment.ProcessorCount} processors, load {LoadAverage()}");
    var counted = new Measurements();
    Recording? recording = null;
    try
    {
        for (var round = 0; round <= options.Runs; round++)
        {
            // What warms up does not count.
            var measured = round == 0 ? new() : counted;
            Console.WriteLine(round == 0 ? "warm-up" : $"round {round} of {options.Runs}");
            measured.AppHost.Add(await ShownAsync("AppHost", AppHostRun.MeasureStackAsync(
                async application => recording ??= await Recording.MakeAsync(podman, application.Services, cancellationToken),
                podman,
                cancellationToken)));
            measured.Plain.Add(await ShownAsync("podman", new PlainRun(podman, recording!).MeasureAsync(cancellationToken)));
            if (options.Dashboard)
            {
                measured.Process.Add(await ShownAsync("AppHost process with dashboard", AppHostProcess.MeasureAsync(cancellationToken)));
            }

            if (options.Stock)
            {
                measured.Small.Add(await ShownAsync("small model, this hosting", AppHostRun.MeasureAsync(SmallModel.Build(takeover: true), static _ => Task.CompletedTask, podman, cancellationToken)));
                measured.Stock.Add(await ShownAsync("small model, stock Aspire", AppHostRun.MeasureAsync(SmallModel.Build(takeover: false), static _ => Task.CompletedTask, podman, cancellationToken)));
            }
        }
    }
    finally
    {
        recording?.Dispose();
    }

    Console.WriteLine($"load {LoadAverage()}");
    return counted;
}

static async Task<Measurement> ShownAsync(string what, Task<Measurement> measuring)
{
    var measured = await measuring;
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"  {what,-32} start {measured.Start.TotalSeconds,6:0.00}   stop {measured.Stop.TotalSeconds,6:0.00}{(measured.FirstAnswer is { } answer ? $"   first answer {answer.TotalSeconds:0.00}" : string.Empty)}"));
    return measured;
}

static string LoadAverage() => File.ReadAllText("/proc/loadavg").Split(' ')[0];
