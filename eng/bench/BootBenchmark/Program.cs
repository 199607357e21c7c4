using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Configuration;
using XoeNovAi.BootBenchmark;
using XoeNovAi.Hosting.Podman.Setup;

const string LabelVariable = "BENCH_LABEL";
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
    await RunAsync(ending.Token);
    return 0;
}
catch (OperationCanceledException) when (ending.IsCancellationRequested)
{
    Console.Error.WriteLine("Interrupted; what was running has been removed.");
    return Interrupted;
}
catch (Exception exception) when (exception is DistributedApplicationException or InvalidOperationException or OperationCanceledException)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}

void End(PosixSignalContext context)
{
    context.Cancel = true;
    ending.Cancel();
}

async Task RunAsync(CancellationToken cancellationToken)
{
    // The script that calls this removes what carries the label, even if this process is killed.
    var label = Environment.GetEnvironmentVariable(LabelVariable) ?? $"io.xoe-novai.bench={Environment.ProcessId}";
    List<Measurement> appHost = [];
    List<Measurement> plain = [];
    List<Measurement> dashboard = [];
    RecordedStack? recorded = null;
    Podman? podman = null;
    Console.WriteLine($"{Environment.ProcessorCount} processors, load {LoadAverage()}");
    for (var run = 1 - options.WarmUps; run <= options.Runs; run++)
    {
        var one = await new AppHostStack(dashboard: false).MeasureAsync(
            async (application, token) =>
            {
                // The AppHost has set the machine up by now.
                podman ??= new Podman(PodmanEnvironment.Read());
                recorded ??= await RecordedStack.ReadAsync(
                    podman,
                    application.Services.GetRequiredService<IConfiguration>()["DcpPublisher:RunId"]!,
                    application.Services.GetRequiredService<DistributedApplicationModel>(),
                    token);
            },
            cancellationToken);
        var other = await new PlainStack(podman!, recorded!, label).MeasureAsync(cancellationToken);
        var third = options.Dashboard ? await new AppHostStack(dashboard: true).MeasureAsync(static (_, _) => Task.CompletedTask, cancellationToken) : null;
        var counts = run > 0;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{(counts ? $"run {run}/{options.Runs}" : "warm-up"),-10} start: AppHost {one.Start.TotalSeconds:0.00} podman {other.Start.TotalSeconds:0.00}   stop: AppHost {one.Stop.TotalSeconds:0.00} podman {other.Stop.TotalSeconds:0.00}{(third is null ? string.Empty : $"   first span {third.FirstSpan!.Value.TotalSeconds:0.00}")}   load {LoadAverage()}"));
        if (!counts)
        {
            continue;
        }

        appHost.Add(one);
        plain.Add(other);
        if (third is not null)
        {
            dashboard.Add(third);
        }
    }

    var (start, stop, megabytes) = await AppHostProcess.MeasureAsync(cancellationToken);
    Console.WriteLine();
    Report.Table(appHost, plain, dashboard);
    Console.WriteLine();
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"The AppHost as a process of its own, with the dashboard: healthy after {start.TotalSeconds:0.0} s, ended {stop.TotalSeconds:0.0} s after SIGTERM, {megabytes:0} MB resident."));
    Console.WriteLine($"Load at the end {LoadAverage()}");
    if (options.Profile)
    {
        Report.Profile("AppHost", appHost[^1]);
        Report.Profile("podman", plain[^1]);
        if (dashboard.Count > 0)
        {
            Report.Profile("AppHost with dashboard", dashboard[^1]);
        }
    }
}

static string LoadAverage() => File.ReadAllText("/proc/loadavg").Split(' ')[0];
