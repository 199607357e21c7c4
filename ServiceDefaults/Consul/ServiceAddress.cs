namespace XoeNovAi.ServiceDefaults.Consul;

/// <summary>A host and port, as Consul writes them in <c>TaggedAddresses</c>.</summary>
internal sealed record ServiceAddress(string Address, int Port);
