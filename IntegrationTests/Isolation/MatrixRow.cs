namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>A target of the reachability matrix.</summary>
/// <param name="Owner">Whose address it is.</param>
/// <param name="Network">The network it is on, by its name in Podman; null for one of the host or outside.</param>
/// <param name="Target">What is knocked at.</param>
/// <param name="ToMembers">What those on the network are to get, or those with a way out where there is none; all others are to get nothing.</param>
/// <param name="Note">What stands beside it in the table.</param>
internal sealed record MatrixRow(string Owner, string? Network, ProbeTarget Target, Answer ToMembers, string Note);
