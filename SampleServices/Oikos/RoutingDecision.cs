namespace XoeNovAi.Oikos;

/// <summary>Who takes a problem on.</summary>
internal sealed record RoutingDecision(string Decision, string SessionId, string Response);
