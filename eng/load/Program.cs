using System.Globalization;
using XoeNovAi.Load;
using XoeNovAi.Report.Pages;

const string Usage = """
    Usage: dotnet run --project eng/load -- URL [--load PROFILE] [--method METHOD] [--body TEXT] [--saturation] [--output FOLDER]

    Sends requests at the times they are due, whether earlier ones have been answered or not, and shows how long they took, counted from
    those times. An answer of 200 to 399 is as it should be.

      --load PROFILE    50:30s (50 a second for 30 s; the default is 20:10s), 10-200:1m (rising), several behind commas (ramp, spike, soak)
      --method METHOD   GET unless there is a body, then POST
      --body TEXT       sent as application/json; {n} is the request's number
      --saturation      looks for the highest rate that is borne, beginning with the profile's first
      --in-flight N     the most requests on their way at a time (1000)
      --output FOLDER   where load.csv and load.svg are left (artifacts/load)
      --help            this text

    Ctrl-C sends no more, waits for what is on its way, and shows what there is. The exit code is 1 when a request failed, 2 for wrong usage.
    """;

if (args.Any(static a => a is "--help" or "-h"))
{
    Console.WriteLine(Usage);
    return 0;
}

LoadOptions options;
try
{
    options = LoadOptions.Parse(args);
    Directory.CreateDirectory(options.Output);
}
catch (Exception wrong) when (wrong is FormatException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"{wrong.Message} --help says what can be asked for.");
    return 2;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, key) =>
{
    key.Cancel = true;
    stop.Cancel();
};
using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false });
var limits = new LoadLimits { InFlight = options.InFlight };
if (options.IsSaturation)
{
    return await SaturateAsync();
}

var result = new LoadResult(TimeProvider.System);
var run = new LoadRun(options.Profile, SendAsync, limits);
var running = run.RunAsync(result, stop.Token);
await ShowAsync(running);
await running;
Console.WriteLine(result);
foreach (var (failure, count) in result.Failures.OrderByDescending(static f => f.Value))
{
    Console.WriteLine($"  {count} × {failure}");
}

Leave();
return result.Failed == 0 && !stop.IsCancellationRequested ? 0 : 1;

async Task<string?> SendAsync(int number, CancellationToken cancellationToken)
{
    using var request = new HttpRequestMessage(options.Method, options.Target);
    if (options.Body is { } body)
    {
        request.Content = new StringContent(body.Replace("{n}", number.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal), null, "application/json");
    }

    using var response = await client.SendAsync(request, HttpCompletionOption.ResponseContentRead, cancellationToken);
    return (int)response.StatusCode is >= 200 and < 400 ? null : $"{(int)response.StatusCode}";
}

// On a terminal the line is written over; in a log there is one every ten seconds.
async Task ShowAsync(Task until)
{
    var live = !Console.IsOutputRedirected;
    using var second = new PeriodicTimer(TimeSpan.FromSeconds(live ? 1 : 10));
    while (!until.IsCompleted && await Task.WhenAny(until, second.WaitForNextTickAsync().AsTask()) != until)
    {
        Console.Write(string.Create(CultureInfo.InvariantCulture, $"{(live ? "\r" : string.Empty)}{result.Answered + result.Failed} of {options.Profile.Requests}, {result.Failed} failed, {run.InFlight} on their way, p50 {result.Percentile(50):0.0}, p99 {result.Percentile(99):0.0} ms   {(live ? string.Empty : Environment.NewLine)}"));
    }

    if (live)
    {
        Console.WriteLine();
    }
}

async Task<int> SaturateAsync()
{
    var (saturation, first) = (new Saturation(SendAsync, limits, TimeProvider.System), options.Profile.Stages[0].From);
    if (first <= 0 || first > saturation.Most)
    {
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"--saturation begins with the profile's first rate, and {first} is none that can be doubled up to {saturation.Most}: give another, such as --load 50:1s. --help says what can be asked for."));
        return 2;
    }

    try
    {
        var steps = await saturation.FindAsync(
            first, static s => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{s.PerSecond,7:0} a second: {(s.IsBorne ? "borne" : "not borne")}; {s.Result}")), stop.Token);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"The highest rate that was borne: {steps.Where(static s => s.IsBorne).Select(static s => s.PerSecond).DefaultIfEmpty().Max():0} a second"));
        return steps.Any(static s => s.IsBorne) ? 0 : 1;
    }
    catch (OperationCanceledException)
    {
        return 1;
    }
}

void Leave()
{
    var table = Path.Combine(options.Output, "load.csv");
    File.WriteAllLines(table, result.History(options.Method.Method).Prepend(HistoryPlot.Heading));
    if (HistoryPlot.Of(table, []) is { } plot)
    {
        File.WriteAllText(Path.ChangeExtension(table, "svg"), plot);
        Console.WriteLine($"Requests over time: {Path.ChangeExtension(table, "svg")}");
    }
}
