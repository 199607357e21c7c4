using System.Text.Json.Serialization;

namespace Aspire.Hosting.Dcp.Client;

/// <summary>JSON of DCP's objects, generated at build time: reflection would cost start-up time.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DcpExecutable))]
[JsonSerializable(typeof(DcpList<DcpExecutable>), TypeInfoPropertyName = "DcpListDcpExecutable")]
[JsonSerializable(typeof(DcpService))]
[JsonSerializable(typeof(DcpList<DcpService>), TypeInfoPropertyName = "DcpListDcpService")]
[JsonSerializable(typeof(DcpEndpoint))]
[JsonSerializable(typeof(DcpList<DcpEndpoint>), TypeInfoPropertyName = "DcpListDcpEndpoint")]
[JsonSerializable(typeof(IReadOnlyList<DcpServiceProducer>))]
[JsonSerializable(typeof(DcpWatchMessage))]
[JsonSerializable(typeof(DcpFailure))]
[JsonSerializable(typeof(DcpExecution))]
internal sealed partial class DcpJsonContext : JsonSerializerContext;
