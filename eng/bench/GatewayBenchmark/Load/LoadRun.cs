using System.Diagnostics;
using System.Net;
using HdrHistogram;

namespace XoeNovAi.GatewayBenchmark.Load;

/// <summary>
/// Sends requests over a number of connections for a while: at a fixed rate, each at its time whether earlier ones were answered or not,
/// or, without a rate, each connection the next one as soon as it has its answer.
/// </summary>
internal sealed class LoadRun : IDisposable
{
    // Latencies are recorded in tenths of a microsecond.
    private const double UnitsPerMicrosecond = 10;
    private const long LongestLatency = 600_000_000;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly IReadOnlyList<byte[]> _requests;
    private readonly Connection[] _connections;
    private readonly Stack<Connection> _idle = new();
    private readonly Queue<long> _waiting = new();
    private readonly LongHistogram _latencies = new(1, LongestLatency, 3);
    private readonly ManualResetEventSlim _failed = new();
    private Exception? _failure;
    private bool _closedLoop;
    private long _measuredFrom = long.MaxValue;
    private long _end = long.MaxValue;
    private long _answered;
    private int _next;

    public LoadRun(IReadOnlyList<byte[]> requests, int connections)
    {
        _requests = requests;
        _connections = [.. Enumerable.Range(0, connections).Select(_ => new Connection(Answered, Failed))];
    }

    public async Task OpenAsync(EndPoint target, CancellationToken cancellationToken)
    {
        foreach (var connection in _connections)
        {
            await connection.OpenAsync(target, cancellationToken);
            _idle.Push(connection);
        }
    }

    /// <summary>Runs; what falls into the warm-up is not counted.</summary>
    /// <param name="rate">Requests per second; null for as many as are answered.</param>
    /// <param name="warmUp">The time before the counting.</param>
    /// <param name="time">The time that counts.</param>
    /// <exception cref="InvalidOperationException">A request was not answered with 200, or a connection was lost.</exception>
    public Task<LoadResult> RunAsync(double? rate, TimeSpan warmUp, TimeSpan time) =>
        // On a thread of its own: the one that called may be the one that has to receive the answers.
        Task.Factory.StartNew(() => Run(rate, warmUp, time), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public void Dispose()
    {
        foreach (var connection in _connections)
        {
            connection.Dispose();
        }

        _failed.Dispose();
    }

    private static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);

    private LoadResult Run(double? rate, TimeSpan warmUp, TimeSpan time)
    {
        var start = Clock.Now;
        _measuredFrom = start + Ticks(warmUp);
        _end = _measuredFrom + Ticks(time);
        if (rate is { } perSecond)
        {
            Pace(start, Stopwatch.Frequency / perSecond);
        }
        else
        {
            _closedLoop = true;
            StartEach();
            WaitUntil(_end);
        }

        Drain();
        lock (_gate)
        {
            return _failure is null
                ? Result(time)
                : throw new InvalidOperationException($"A request failed: {_failure.Message}", _failure);
        }
    }

    private void Pace(long start, double interval)
    {
        Clock.WakeOnTime();
        for (var i = 0L; _failure is null; i++)
        {
            var due = start + (long)(i * interval);
            if (due >= _end)
            {
                return;
            }

            Clock.SleepUntil(due);
            lock (_gate)
            {
                if (_idle.TryPop(out var connection))
                {
                    Send(connection, due);
                }
                else
                {
                    _waiting.Enqueue(due);
                }
            }
        }
    }

    private void StartEach()
    {
        lock (_gate)
        {
            while (_idle.TryPop(out var connection))
            {
                Send(connection, Clock.Now);
            }
        }
    }

    private void WaitUntil(long time)
    {
        var left = TimeSpan.FromSeconds(Math.Max(0, time - Clock.Now) / (double)Stopwatch.Frequency);
        _failed.Wait(left);
    }

    // What is not answered by then has at least the latency it has by then.
    private void Drain()
    {
        var until = Clock.Now + Ticks(Grace);
        while (Clock.Now < until && _failure is null)
        {
            lock (_gate)
            {
                if (_idle.Count == _connections.Length)
                {
                    return;
                }
            }

            Clock.SleepUntil(Clock.Now + (Stopwatch.Frequency / 1000));
        }

        lock (_gate)
        {
            var now = Clock.Now;
            foreach (var due in _waiting.Concat(_connections.Except(_idle).Select(connection => connection.Due)))
            {
                Record(now, due);
            }
        }
    }

    private void Answered(Connection connection, int status)
    {
        var now = Clock.Now;
        if (status != 200)
        {
            Failed(new InvalidDataException($"An answer had the status {status}."));
            return;
        }

        lock (_gate)
        {
            if (now >= _measuredFrom && now < _end)
            {
                _answered++;
            }

            Record(now, connection.Due);
            if (_closedLoop && now < _end)
            {
                Send(connection, now);
            }
            else if (_waiting.TryDequeue(out var due))
            {
                Send(connection, due);
            }
            else
            {
                _idle.Push(connection);
            }
        }
    }

    private void Record(long now, long due)
    {
        if (due >= _measuredFrom && due < _end)
        {
            var latency = (long)((now - due) * (UnitsPerMicrosecond * 1_000_000 / Stopwatch.Frequency));
            _latencies.RecordValue(Math.Clamp(latency, 1, LongestLatency));
        }
    }

    private void Send(Connection connection, long due)
    {
        connection.Send(_requests[_next], due);
        _next = (_next + 1) % _requests.Count;
    }

    private void Failed(Exception exception)
    {
        lock (_gate)
        {
            _failure ??= exception;
        }

        _failed.Set();
    }

    private LoadResult Result(TimeSpan time) => new(_answered / time.TotalSeconds, At(50), At(90), At(99), At(99.9));

    private double At(double percentile) => _latencies.GetValueAtPercentile(percentile) / UnitsPerMicrosecond;
}
