namespace Aspire.Hosting.Backchannel;

/// <summary>Asks for resources.</summary>
internal sealed record ResourcesRequest
{
    public string? Filter { get; init; }
}
