namespace XoeNovAi.IntegrationTests.Harness.Traffic;

/// <summary>Requests of one kind.</summary>
/// <param name="Name">What they are called in the history.</param>
/// <param name="PerSecond">How many are sent in a second.</param>
/// <param name="SendAsync">Sends one, told which it is; gives who answered, where that is known, and <see cref="Sent.Ok"/> or what went otherwise. What it throws is a failure.</param>
internal sealed record TrafficKind(string Name, double PerSecond, Func<int, CancellationToken, Task<(string Instance, string Outcome)>> SendAsync);
