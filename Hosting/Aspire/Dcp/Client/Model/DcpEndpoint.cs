using System.Text.Json.Serialization.Metadata;

namespace Aspire.Hosting.Dcp.Client;

/// <summary>A concrete address behind a service.</summary>
internal sealed record DcpEndpoint : DcpObject, IDcpObject<DcpEndpoint>
{
    public static string Plural => "endpoints";

    public static string KindName => "Endpoint";

    public static JsonTypeInfo<DcpEndpoint> TypeInfo => DcpJsonContext.Default.DcpEndpoint;

    public static JsonTypeInfo<DcpList<DcpEndpoint>> ListTypeInfo => DcpJsonContext.Default.DcpListDcpEndpoint;

    public override string Kind { get; init; } = KindName;

    public required DcpEndpointSpec Spec { get; init; }

    public DcpEndpointStatus? Status { get; init; }
}
