using System.Net;
using System.Net.Sockets;
using XoeNovAi.GatewayBenchmark.Load;

namespace XoeNovAi.GatewayBenchmark;

/// <summary>Lets the subjects take turns.</summary>
internal sealed class Benchmark(BenchmarkOptions options)
{
    public const string Rival = "caddy";
    public const string Baseline = "direct";
    private static readonly TimeSpan ReadyTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan WarmUpOfRun = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan MemorySlice = TimeSpan.FromSeconds(10);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var subject in options.Subjects)
        {
            await AwaitReadyAsync(subject, cancellationToken);
        }

        if (options.WarmUp > TimeSpan.Zero)
        {
            foreach (var subject in options.Subjects)
            {
                Console.Error.WriteLine($"warm-up {subject.Name}");
                await MeasureAsync(subject, rate: null, options.WarmUp, cancellationToken);
            }
        }

        var throughput = await TakeTurnsAsync("throughput", rate: null, cancellationToken);
        Report.Throughput(throughput, Baseline, Rival);
        var most = throughput[Rival].Load.Rate;
        var figures = new Figures(throughput);
        foreach (var share in options.Rates)
        {
            var rate = Math.Round(most * share);
            var latency = await TakeTurnsAsync($"{rate:0}/s", rate, cancellationToken);
            Report.Latency(share, rate, latency, Baseline, Rival);
            figures.AddLatency(share, latency);
        }

        if (options.Memory > TimeSpan.Zero)
        {
            await WatchMemoryAsync(Math.Round(most / 2), cancellationToken);
        }

        if (options.Json)
        {
            Console.WriteLine(figures);
        }
    }

    private async Task<IReadOnlyDictionary<string, Measurement>> TakeTurnsAsync(string what, double? rate, CancellationToken cancellationToken)
    {
        var rounds = options.Subjects.ToDictionary(static subject => subject.Name, static _ => new List<Measurement>());
        for (var round = 1; round <= options.Rounds; round++)
        {
            foreach (var subject in options.Subjects)
            {
                var measured = await MeasureAsync(subject, rate, options.Time, cancellationToken);
                rounds[subject.Name].Add(measured);
                Console.Error.WriteLine($"{what}, round {round}/{options.Rounds}: {subject.Name} {measured.Load.Rate:0}/s, median {measured.Load.Median:0} µs");
            }
        }

        return rounds.ToDictionary(static entry => entry.Key, static entry => Measurement.MedianOf(entry.Value));
    }

    private async Task<Measurement> MeasureAsync(Subject subject, double? rate, TimeSpan time, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var addresses = await Dns.GetHostAddressesAsync(subject.Address.Host, cancellationToken);
        using var run = new LoadRun(Requests.For(subject), options.Connections);
        await run.OpenAsync(new IPEndPoint(addresses[0], subject.Address.Port), cancellationToken);
        GC.Collect();
        var before = subject.Process is { } process ? ProcessFigures.ProcessorSeconds(process) : 0;
        var result = await run.RunAsync(rate, WarmUpOfRun, time);
        var answers = result.Rate * (time + WarmUpOfRun).TotalSeconds;
        return new Measurement(result, subject.Process is { } id ? (ProcessFigures.ProcessorSeconds(id) - before) / answers * 1_000_000 : null);
    }

    private async Task WatchMemoryAsync(double rate, CancellationToken cancellationToken)
    {
        var subject = options.Subjects[^1];
        List<double> megabytes = [];
        for (var time = TimeSpan.Zero; time < options.Memory; time += MemorySlice)
        {
            await MeasureAsync(subject, rate, MemorySlice - WarmUpOfRun, cancellationToken);
            megabytes.Add(ProcessFigures.ResidentMegabytes(subject.Process!.Value));
            Console.Error.WriteLine($"memory {subject.Name}: {megabytes[^1]:0.0} MB after {(time + MemorySlice).TotalSeconds:0} s at {rate:0}/s");
        }

        Report.Memory(subject, rate, options.Memory, megabytes);
    }

    private static async Task AwaitReadyAsync(Subject subject, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ReadyTimeout);
        using var client = new HttpClient();
        while (true)
        {
            try
            {
                using var answer = await client.GetAsync(new Uri($"http://{subject.Address.Host}:{subject.Address.Port}/xnai/api/v1/health"), limit.Token);
                answer.EnsureSuccessStatusCode();
                return;
            }
            catch (Exception exception) when (exception is HttpRequestException or SocketException)
            {
                // Not yet.
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw NotReady();
            }

            try
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), limit.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw NotReady();
            }
        }

        InvalidOperationException NotReady() => new($"{subject.Name} did not answer at {subject.Address} within {ReadyTimeout.TotalSeconds:0} s.");
    }
}
