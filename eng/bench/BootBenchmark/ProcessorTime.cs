using System.Globalization;

namespace XoeNovAi.BootBenchmark;

/// <summary>What all processes of the machine have used of its processors since it was started, by the kernel's count of hundredths of a second.</summary>
internal static class ProcessorTime
{
    private const int TicksPerSecond = 100;

    public static TimeSpan Now()
    {
        // cpu user nice system idle iowait irq softirq steal …
        var ticks = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..9].Select(static t => long.Parse(t, CultureInfo.InvariantCulture)).ToArray();
        return TimeSpan.FromSeconds((double)(ticks.Sum() - ticks[3] - ticks[4]) / TicksPerSecond);
    }
}
