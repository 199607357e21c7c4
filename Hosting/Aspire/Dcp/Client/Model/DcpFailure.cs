namespace Aspire.Hosting.Dcp.Client;

/// <summary>DCP's answer to a request it refused.</summary>
internal sealed record DcpFailure
{
    public string? Message { get; init; }

    public string? Reason { get; init; }

    public int? Code { get; init; }
}
