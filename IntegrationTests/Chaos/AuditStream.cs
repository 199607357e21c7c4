using StackExchange.Redis;

namespace XoeNovAi.IntegrationTests.Chaos;

/// <summary>Reads the audit's stream along: it keeps about its newest thousand entries, and a run may have more.</summary>
internal sealed class AuditStream(IDatabase redis) : IAsyncDisposable
{
    private const string Stream = "xnai_audit_trail";
    private const int Many = 500;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private readonly Dictionary<string, string> _requests = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();
    private RedisValue _last = "-";
    private Task _reading = Task.CompletedTask;

    public void Start() => _reading = ReadAlongAsync();

    /// <summary>How often each request is on the stream; what was trimmed meanwhile counts as it was.</summary>
    public async Task<IReadOnlyDictionary<string, int>> CountsAsync()
    {
        await _stop.CancelAsync();
        await _reading;
        var now = await redis.StreamRangeAsync(Stream);
        if (now.Length > 0)
        {
            // What has gone from among those that are there has been lost, not trimmed.
            foreach (var lost in _requests.Keys.Where(id => Compare(id, now[0].Id!) >= 0).Except(now.Select(static e => $"{e.Id}")).ToList())
            {
                _requests.Remove(lost);
            }
        }

        Take(now);
        return _requests.Values.CountBy(static r => r).ToDictionary();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading;
        _stop.Dispose();
    }

    private async Task ReadAlongAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                Take(await redis.StreamRangeAsync(Stream, _last, "+", Many));
            }
            catch (Exception exception) when (exception is RedisException or TimeoutException)
            {
                // It is away: what it has, it still has afterwards.
            }

            await Task.Delay(Pause, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Take(StreamEntry[] entries)
    {
        foreach (var entry in entries)
        {
            _requests[$"{entry.Id}"] = $"{entry["request_id"]}";
            _last = entry.Id;
        }
    }

    private static int Compare(string one, string other)
    {
        var (a, b) = (one.Split('-'), other.Split('-'));
        var time = long.Parse(a[0], System.Globalization.CultureInfo.InvariantCulture).CompareTo(long.Parse(b[0], System.Globalization.CultureInfo.InvariantCulture));
        return time != 0 ? time : long.Parse(a[1], System.Globalization.CultureInfo.InvariantCulture).CompareTo(long.Parse(b[1], System.Globalization.CultureInfo.InvariantCulture));
    }
}
