using StackExchange.Redis;

namespace XoeNovAi.ServiceDefaults.Redis;

/// <summary>
/// Writes that count only when replicas have them. All that came while one round was under way share the next: the writes and one
/// <c>WAIT</c> behind them. It holds up the connection it is sent on, so that is one of its own.
/// </summary>
/// <remarks>
/// As a batch they go to one connection, so what is confirmed is what was written there: a server that comes to lead in between has
/// not been asked. Once replicas are missing nothing is written before they are back, and one of those that come asks for them in a
/// while: what is tried again and again would else be there as often, and everybody would wait.
/// </remarks>
internal sealed class ConfirmedWrites(RedisClient redis, int replicas, TimeProvider time)
{
    // A replica that is there confirms within milliseconds.
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestConnect = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private List<Write> _next = [];
    private bool _isSending;
    private bool _areMissing;
    private long _asked;

    /// <summary>Writes, and waits until it is confirmed.</summary>
    /// <exception cref="UnconfirmedWriteException">It is not.</exception>
    public Task<T> ExecuteAsync<T>(Func<IDatabaseAsync, Task<T>> command, CancellationToken cancellationToken)
    {
        var write = new Write<T>(command);
        lock (_gate)
        {
            if (_areMissing && (_isSending || time.GetElapsedTime(_asked) < Pause))
            {
                throw new UnconfirmedWriteException(0, replicas);
            }

            _next.Add(write);
            if (!_isSending)
            {
                _isSending = true;

                // Of nobody's trace: others' writes are in it too.
                using var flow = ExecutionContext.SuppressFlow();
                _ = Task.Run(SendAllAsync, CancellationToken.None);
            }
        }

        return write.Completion.WaitAsync(cancellationToken);
    }

    private async Task SendAllAsync()
    {
        while (true)
        {
            List<Write> round;
            lock (_gate)
            {
                if (_next.Count == 0)
                {
                    _isSending = false;
                    return;
                }

                (round, _next) = (_next, []);
            }

            Exception? failure = null;
            try
            {
                await SendAsync(round);
            }
#pragma warning disable CA1031 // Whatever it was, each of those that wait is told.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                failure = exception;
            }

            foreach (var write in round)
            {
                await write.EndAsync(failure);
            }
        }
    }

    private async Task SendAsync(List<Write> round)
    {
        var database = (await redis.ConnectAsync(CancellationToken.None).WaitAsync(LongestConnect, time)).GetDatabase();
        if (_areMissing)
        {
            await ConfirmAsync(WaitAsync(database));
        }

        var batch = database.CreateBatch();
        foreach (var write in round)
        {
            write.Begin(batch);
        }

        var waiting = WaitAsync(batch);
        batch.Execute();
        await ConfirmAsync(waiting);
    }

    private Task<RedisResult> WaitAsync(IDatabaseAsync database) =>
        database.ExecuteAsync("WAIT", [replicas, (long)Longest.TotalMilliseconds], CommandFlags.DemandMaster);

    private async Task ConfirmAsync(Task<RedisResult> waiting)
    {
        var confirmed = (long)await redis.InTimeAsync(waiting, CancellationToken.None);
        lock (_gate)
        {
            (_areMissing, _asked) = (confirmed < replicas, time.GetTimestamp());
        }

        if (confirmed < replicas)
        {
            throw new UnconfirmedWriteException(confirmed, replicas);
        }
    }

    private abstract class Write
    {
        public abstract void Begin(IDatabaseAsync database);

        public abstract Task EndAsync(Exception? failure);
    }

    private sealed class Write<T>(Func<IDatabaseAsync, Task<T>> command) : Write
    {
        private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private Task<T>? _answer;

        public Task<T> Completion => _completion.Task;

        public override void Begin(IDatabaseAsync database) => _answer = command(database);

        // What was answered behind a write is the end of it too; one that has none by then is lost.
        public override async Task EndAsync(Exception? failure)
        {
            // What Redis itself refused is the better reason.
            if (_answer is { IsFaulted: true, Exception.InnerException: { } refused })
            {
                _completion.SetException(refused);
            }
            else if (failure is not null || _answer is not { IsCompletedSuccessfully: true })
            {
                _completion.SetException(failure ?? new TimeoutException("Redis has not answered a write, and what came behind it."));
            }
            else
            {
                _completion.SetResult(await _answer);
            }
        }
    }
}
