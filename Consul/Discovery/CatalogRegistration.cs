namespace XoeNovAi.Consul.Discovery;

/// <summary>A node that has no agent, with an instance on it.</summary>
/// <param name="Node">The name of the node.</param>
/// <param name="Address">Its address.</param>
/// <param name="Service">The instance.</param>
public sealed record CatalogRegistration(string Node, string Address, CatalogService Service);
