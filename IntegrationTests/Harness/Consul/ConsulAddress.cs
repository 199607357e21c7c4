namespace XoeNovAi.IntegrationTests.Harness.Consul;

/// <summary>Where an instance is, seen from one network.</summary>
internal sealed record ConsulAddress(string Address, int Port);
