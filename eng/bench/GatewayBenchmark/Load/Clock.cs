using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace XoeNovAi.GatewayBenchmark.Load;

/// <summary>Waits to the microsecond: the framework's timers are a thousand times too coarse to tell when a request is due.</summary>
internal static partial class Clock
{
    private const int SetTimerSlack = 29;
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>The current time in <see cref="Stopwatch"/> ticks, which are nanoseconds on Linux.</summary>
    public static long Now => Stopwatch.GetTimestamp();

    /// <summary>Lets the kernel wake this thread when it is time, and not up to 50 µs later.</summary>
    public static void WakeOnTime()
    {
        if (SetProcessOption(SetTimerSlack, 1, 0, 0, 0) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    public static void SleepUntil(long time)
    {
        for (var left = time - Now; left > 0; left = time - Now)
        {
            var span = new TimeSpec(left / NanosecondsPerSecond, left % NanosecondsPerSecond);
            _ = Sleep(in span, 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int SetProcessOption(int option, ulong value, ulong unused3, ulong unused4, ulong unused5);

    [LibraryImport("libc", EntryPoint = "nanosleep")]
    private static partial int Sleep(in TimeSpec span, nint left);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct TimeSpec(long seconds, long nanoseconds)
    {
        private readonly long _seconds = seconds;
        private readonly long _nanoseconds = nanoseconds;
    }
}
