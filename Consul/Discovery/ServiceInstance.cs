namespace XoeNovAi.Consul.Discovery;

/// <summary>An instance of a service that can be called.</summary>
/// <param name="Id">Its id in Consul, e.g. <c>rag-1</c>.</param>
/// <param name="Host">Name or address under which this process reaches it.</param>
/// <param name="Port">The port there.</param>
public sealed record ServiceInstance(string Id, string Host, int Port);
