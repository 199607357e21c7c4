namespace XoeNovAi.Consul.Discovery;

/// <summary>One element of the answer of <c>GET /v1/health/service/{name}</c>. Others wrote it: nothing of it has to be there.</summary>
internal sealed record ServiceEntry(ServiceEntryNode? Node, ServiceEntryService? Service);
