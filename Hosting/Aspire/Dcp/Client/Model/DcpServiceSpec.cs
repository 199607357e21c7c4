namespace Aspire.Hosting.Dcp.Client;

/// <summary>Desired state of a <see cref="DcpService"/>.</summary>
internal sealed record DcpServiceSpec
{
    public string? Address { get; init; }

    /// <summary>Null lets DCP choose.</summary>
    public int? Port { get; init; }

    /// <summary>TCP or UDP.</summary>
    public string? Protocol { get; init; }

    /// <summary>See <see cref="DcpAddressAllocationMode"/>.</summary>
    public string? AddressAllocationMode { get; init; }
}
