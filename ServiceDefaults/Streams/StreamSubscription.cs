namespace XoeNovAi.ServiceDefaults.Streams;

/// <summary>What a consumer reads.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Group">The group in which each message goes to one consumer.</param>
/// <param name="Consumer">The name of this consumer; it finds what it left behind under the same name.</param>
/// <param name="ClaimAfter">How long another's message is left alone before it is taken over.</param>
internal sealed record StreamSubscription(string Stream, string Group, string Consumer, TimeSpan ClaimAfter);
