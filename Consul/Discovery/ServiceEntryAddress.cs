namespace XoeNovAi.Consul.Discovery;

/// <summary>An address of a <see cref="ServiceEntryService"/>.</summary>
internal sealed record ServiceEntryAddress(string? Address, int Port);
