namespace XoeNovAi.ServiceDefaults.Lifetime;

/// <summary>Growing pauses between attempts, with jitter so that a whole stack does not come back at the same moment.</summary>
internal sealed class Backoff(TimeProvider time)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Last = TimeSpan.FromSeconds(2);

    private TimeSpan _next = First;

    public bool InUse => _next != First;

    public void Reset() => _next = First;

    public Task WaitAsync(CancellationToken cancellationToken)
    {
        var pause = _next * (0.75 + (Random.Shared.NextDouble() / 4));
        _next = _next * 2 < Last ? _next * 2 : Last;
        return Task.Delay(pause, time, cancellationToken);
    }
}
