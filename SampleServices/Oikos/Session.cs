namespace XoeNovAi.Oikos;

/// <summary>How far a problem has come.</summary>
internal sealed record Session(string Status, string? Problem = null, string? Response = null);
