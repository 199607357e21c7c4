using System.Text.Json.Serialization.Metadata;

namespace Aspire.Hosting.Dcp.Client;

/// <summary>A network containers can join.</summary>
internal sealed record DcpContainerNetwork : DcpObject, IDcpObject<DcpContainerNetwork>
{
    public static string Plural => "containernetworks";

    public static string KindName => "ContainerNetwork";

    public static JsonTypeInfo<DcpContainerNetwork> TypeInfo => DcpJsonContext.Default.DcpContainerNetwork;

    public static JsonTypeInfo<DcpList<DcpContainerNetwork>> ListTypeInfo => DcpJsonContext.Default.DcpListDcpContainerNetwork;

    public override string Kind { get; init; } = KindName;

    public required DcpContainerNetworkSpec Spec { get; init; }

    public DcpContainerNetworkStatus? Status { get; init; }
}
