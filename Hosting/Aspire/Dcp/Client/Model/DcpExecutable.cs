using System.Text.Json.Serialization.Metadata;

namespace Aspire.Hosting.Dcp.Client;

/// <summary>A process on the host.</summary>
internal sealed record DcpExecutable : DcpObject, IDcpObject<DcpExecutable>
{
    public static string Plural => "executables";

    public static string KindName => "Executable";

    public static JsonTypeInfo<DcpExecutable> TypeInfo => DcpJsonContext.Default.DcpExecutable;

    public static JsonTypeInfo<DcpList<DcpExecutable>> ListTypeInfo => DcpJsonContext.Default.DcpListDcpExecutable;

    public override string Kind { get; init; } = KindName;

    public required DcpExecutableSpec Spec { get; init; }

    public DcpExecutableStatus? Status { get; init; }
}
