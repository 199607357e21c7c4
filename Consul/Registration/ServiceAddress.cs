namespace XoeNovAi.Consul.Registration;

/// <summary>A host and port, as Consul writes them in <c>TaggedAddresses</c>.</summary>
/// <param name="Address">Name or address of the host.</param>
/// <param name="Port">The port there.</param>
public sealed record ServiceAddress(string Address, int Port);
