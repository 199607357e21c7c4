namespace XoeNovAi.Oikos;

/// <summary>What a member of the council says to a problem.</summary>
internal sealed record CouncilInsight(string Member, string Insight);
