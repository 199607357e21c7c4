namespace XoeNovAi.Consul.Leadership;

/// <summary>What is led, and how soon somebody else leads after a leader was lost.</summary>
/// <param name="Key">The key its holder leads by, such as <c>xnai/curation-worker/leader</c>.</param>
/// <param name="Name">Who this is; it is the value of the key.</param>
public sealed record LeaderElectionOptions(string Key, string Name)
{
    /// <summary>How long a leader that is not heard of stays one, at least. Consul takes 10 s or more, and may take twice as long.</summary>
    public TimeSpan TimeToLive { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long nobody leads after a leader was lost, so that it can notice. None is needed when clocks run alike: it gives up before.</summary>
    public TimeSpan LockDelay { get; init; } = TimeSpan.FromSeconds(1);
}
