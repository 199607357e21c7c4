namespace XoeNovAi.Consul.Discovery;

/// <summary>The service of a <see cref="ServiceEntry"/>.</summary>
internal sealed record ServiceEntryService(
    string? ID,
    string? Address,
    int Port,
    ulong CreateIndex,
    IReadOnlyDictionary<string, ServiceEntryAddress?>? TaggedAddresses);
