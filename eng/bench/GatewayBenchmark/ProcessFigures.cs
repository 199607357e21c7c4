using System.Globalization;

namespace XoeNovAi.GatewayBenchmark;

/// <summary>What the kernel says of a process in another container, whose process ids this one shares.</summary>
internal static class ProcessFigures
{
    private const double TicksPerSecond = 100;
    private const int UserTime = 11;
    private const int KernelTime = 12;

    /// <summary>Processor seconds it has used so far.</summary>
    public static double ProcessorSeconds(int process)
    {
        // The name stands in brackets and may hold anything.
        var stat = File.ReadAllText($"/proc/{process}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (long.Parse(fields[UserTime], CultureInfo.InvariantCulture) + long.Parse(fields[KernelTime], CultureInfo.InvariantCulture)) / TicksPerSecond;
    }

    /// <summary>Its resident memory in megabytes.</summary>
    public static double ResidentMegabytes(int process)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(static line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024;
    }
}
