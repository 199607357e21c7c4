using System.Text.Json.Serialization.Metadata;

namespace Aspire.Hosting.Dcp.Client;

/// <summary>A container.</summary>
internal sealed record DcpContainer : DcpObject, IDcpObject<DcpContainer>
{
    public static string Plural => "containers";

    public static string KindName => "Container";

    public static JsonTypeInfo<DcpContainer> TypeInfo => DcpJsonContext.Default.DcpContainer;

    public static JsonTypeInfo<DcpList<DcpContainer>> ListTypeInfo => DcpJsonContext.Default.DcpListDcpContainer;

    public override string Kind { get; init; } = KindName;

    public required DcpContainerSpec Spec { get; init; }

    public DcpContainerStatus? Status { get; init; }
}
