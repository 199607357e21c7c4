using System.Text.Json.Serialization.Metadata;

namespace Aspire.Hosting.Dcp.Client;

/// <summary>Lets containers of one network reach chosen services of the host.</summary>
internal sealed record DcpTunnelProxy : DcpObject, IDcpObject<DcpTunnelProxy>
{
    public static string Plural => "containernetworktunnelproxies";

    public static string KindName => "ContainerNetworkTunnelProxy";

    public static JsonTypeInfo<DcpTunnelProxy> TypeInfo => DcpJsonContext.Default.DcpTunnelProxy;

    public static JsonTypeInfo<DcpList<DcpTunnelProxy>> ListTypeInfo => DcpJsonContext.Default.DcpListDcpTunnelProxy;

    public override string Kind { get; init; } = KindName;

    public required DcpTunnelProxySpec Spec { get; init; }

    public DcpTunnelProxyStatus? Status { get; init; }
}
