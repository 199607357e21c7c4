namespace XoeNovAi.Consul.Connect;

/// <summary>The authorities of the mesh.</summary>
/// <param name="TrustDomain">What the names in its certificates begin with.</param>
/// <param name="Roots">Their certificates.</param>
public sealed record ConnectRoots(string TrustDomain, IReadOnlyList<ConnectRoot> Roots);
