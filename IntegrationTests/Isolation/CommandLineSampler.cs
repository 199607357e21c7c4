using System.Collections.Concurrent;
using System.Text;

namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>Reads the command line of every process of the machine, again and again: what any user of it could do.</summary>
internal sealed class CommandLineSampler : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, byte> _seen = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _end = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private CommandLineSampler()
    {
    }

    /// <summary>How often all of them were read.</summary>
    public int Rounds { get; private set; }

    public static CommandLineSampler Start()
    {
        var sampler = new CommandLineSampler();

        // Above the others, and not one of the pool's threads: what lives shortly must be seen while everything starts.
        new Thread(sampler.Run) { IsBackground = true, Priority = ThreadPriority.AboveNormal }.Start();
        return sampler;
    }

    /// <summary>Ends it, and tells what it saw.</summary>
    public async Task<IReadOnlyCollection<string>> EndAsync()
    {
        await _end.CancelAsync();
        await _ended.Task;
        return [.. _seen.Keys];
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _end.Dispose();
    }

    private void Run()
    {
        while (!_end.IsCancellationRequested)
        {
            foreach (var process in Directory.EnumerateDirectories("/proc").Where(static p => char.IsAsciiDigit(p[^1])))
            {
                try
                {
                    _seen.TryAdd(Encoding.UTF8.GetString(File.ReadAllBytes($"{process}/cmdline")).Replace('\0', ' '), 0);
                }
                catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
                {
                    // It has ended meanwhile.
                }
            }

            Rounds++;
        }

        _ended.TrySetResult();
    }
}
