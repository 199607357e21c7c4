namespace XoeNovAi.Gateway.Tests.Bed;

/// <summary>A clock that stands until the test moves it.</summary>
internal sealed class SetTime : TimeProvider
{
    private TimeSpan _elapsed = TimeSpan.FromDays(1);

    public TimeSpan Elapsed => _elapsed;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _elapsed.Ticks;

    public void Advance(TimeSpan time) => _elapsed += time;
}
