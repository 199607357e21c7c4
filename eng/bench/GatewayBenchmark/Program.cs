using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using XoeNovAi.GatewayBenchmark;

const int WrongUsage = 2;
const int Interrupted = 130;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
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
    // Without subjects only the command line is checked.
    if (options.Subjects.Count > 0)
    {
        await new Benchmark(options).RunAsync(ending.Token);
    }

    return 0;
}
catch (OperationCanceledException) when (ending.IsCancellationRequested)
{
    Console.Error.WriteLine("Interrupted.");
    return Interrupted;
}
catch (Exception exception) when (exception is InvalidOperationException or SocketException or IOException)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}

void End(PosixSignalContext context)
{
    context.Cancel = true;
    ending.Cancel();
}
