namespace XoeNovAi.Hosting.Consul;

/// <summary>That one service may call another in the mesh.</summary>
/// <param name="Source">The service that calls.</param>
/// <param name="Destination">The service that is called.</param>
internal sealed record ConsulIntention(string Source, string Destination);
