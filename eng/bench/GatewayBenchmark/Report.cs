namespace XoeNovAi.GatewayBenchmark;

/// <summary>Prints what was measured, as tables of Markdown.</summary>
internal static class Report
{
    public static void Throughput(IReadOnlyDictionary<string, Measurement> measured, string baseline, string rival)
    {
        var most = measured[rival].Load.Rate;
        Console.WriteLine();
        Console.WriteLine($"| at most | requests/s | against {rival} | against {baseline} | CPU µs/request |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach (var (name, (load, processor)) in measured)
        {
            Console.WriteLine($"| {name} | {load.Rate:0} | ×{load.Rate / most:0.00} | ×{load.Rate / measured[baseline].Load.Rate:0.00} | {processor:0} |");
        }
    }

    public static void Latency(double share, double rate, IReadOnlyDictionary<string, Measurement> measured, string baseline, string rival)
    {
        var direct = measured[baseline].Load.Median;
        var added = measured[rival].Load.Median - direct;
        Console.WriteLine();
        Console.WriteLine($"| {share:P0}: {rate:0}/s | answered/s | median µs | p90 | p99 | p99.9 | added median | against {rival} | CPU µs/request |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|");
        foreach (var (name, (load, processor)) in measured)
        {
            var more = load.Median - direct;
            var comparison = name == baseline ? " | " : $"{more:0} | ×{more / added:0.00}";
            Console.WriteLine($"| {name} | {load.Rate:0} | {load.Median:0} | {load.P90:0} | {load.P99:0} | {load.P999:0} | {comparison} | {processor:0} |");
        }
    }

    /// <summary>The first third is left out: until then buffers, pools and compiled code still grow.</summary>
    public static void Memory(Subject subject, double rate, TimeSpan time, IReadOnlyList<double> megabytes)
    {
        var settled = megabytes.Skip(megabytes.Count / 3).ToArray();
        var perMinute = settled.Length < 2 ? 0 : Slope(settled) / (time.TotalMinutes / megabytes.Count);
        Console.WriteLine();
        Console.WriteLine($"Memory of {subject.Name} under {rate:0}/s for {time.TotalMinutes:0} minutes: {megabytes[0]:0} MB at first, {settled.Min():0} to {settled.Max():0} MB afterwards, {perMinute:+0.00;-0.00;0.00} MB a minute.");
    }

    private static double Slope(double[] values)
    {
        var middle = (values.Length - 1) / 2.0;
        var mean = values.Average();
        return values.Select((value, i) => (i - middle) * (value - mean)).Sum() / values.Select((_, i) => (i - middle) * (i - middle)).Sum();
    }
}
