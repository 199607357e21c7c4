namespace XoeNovAi.Consul.Discovery;

/// <summary>Which instances of a service are asked for.</summary>
public sealed record HealthQuery
{
    /// <summary>Only those all of whose checks pass.</summary>
    public bool Passing { get; init; }

    /// <summary>Only those with this tag.</summary>
    public string? Tag { get; init; }

    /// <summary>Only those for which this expression of Consul holds, such as <c>Service.Meta.version == "1"</c>.</summary>
    public string? Filter { get; init; }
}
