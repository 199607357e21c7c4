namespace XoeNovAi.Consul.Discovery;

/// <summary>The node of a <see cref="ServiceEntry"/>.</summary>
internal sealed record ServiceEntryNode(string? Node, string? Address);
