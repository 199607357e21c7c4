using System.Text.Json.Serialization.Metadata;

namespace Aspire.Hosting.Dcp.Client;

/// <summary>An address others reach a container or an executable by.</summary>
internal sealed record DcpService : DcpObject, IDcpObject<DcpService>
{
    public static string Plural => "services";

    public static string KindName => "Service";

    public static JsonTypeInfo<DcpService> TypeInfo => DcpJsonContext.Default.DcpService;

    public static JsonTypeInfo<DcpList<DcpService>> ListTypeInfo => DcpJsonContext.Default.DcpListDcpService;

    public override string Kind { get; init; } = KindName;

    public required DcpServiceSpec Spec { get; init; }

    public DcpServiceStatus? Status { get; init; }
}
