namespace Aspire.Hosting.ApplicationModel;

/// <summary>Says that the resource sends telemetry to the dashboard.</summary>
public class OtlpExporterAnnotation : IResourceAnnotation
{
    /// <summary>The protocol it needs; null for any.</summary>
    public OtlpProtocol? RequiredProtocol { get; init; }
}
