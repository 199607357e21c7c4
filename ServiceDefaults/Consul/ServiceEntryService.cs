namespace XoeNovAi.ServiceDefaults.Consul;

/// <summary>The service of a <see cref="ServiceEntry"/>.</summary>
internal sealed record ServiceEntryService(
    string ID,
    string Address,
    int Port,
    IReadOnlyDictionary<string, ServiceAddress>? TaggedAddresses);
