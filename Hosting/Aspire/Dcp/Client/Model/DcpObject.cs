using System.Text.Json;

namespace Aspire.Hosting.Dcp.Client;

/// <summary>What all DCP objects share.</summary>
internal abstract record DcpObject
{
    /// <summary>API group and version of every DCP object.</summary>
    public const string GroupVersion = "usvc-dev.developer.microsoft.com/v1";

    /// <summary>Annotation holding the JSON list of <see cref="DcpServiceProducer"/>.</summary>
    public const string ServiceProducerAnnotation = "service-producer";

    public string ApiVersion { get; init; } = GroupVersion;

    public abstract string Kind { get; init; }

    public required DcpMetadata Metadata { get; init; }

    /// <summary>The annotation that ties an object to the services it serves.</summary>
    public static KeyValuePair<string, string> ServedBy(params IReadOnlyList<DcpServiceProducer> producers)
        => new(ServiceProducerAnnotation, JsonSerializer.Serialize(producers, DcpJsonContext.Default.IReadOnlyListDcpServiceProducer));
}
