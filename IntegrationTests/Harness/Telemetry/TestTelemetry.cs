using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace XoeNovAi.IntegrationTests.Harness.Telemetry;

/// <summary>Sends the tests' own spans to where the stack sends its.</summary>
internal sealed class TestTelemetry : IDisposable
{
    public const string ServiceName = "integration-tests";
    private const string SourceName = "XoeNovAi.IntegrationTests";
    private static readonly TimeSpan FlushLimit = TimeSpan.FromSeconds(5);
    private readonly ActivitySource _source = new(SourceName);
    private readonly TracerProvider _provider;

    public TestTelemetry(Uri otlpHttp, string apiKey)
        => _provider = Sdk.CreateTracerProviderBuilder()
            .AddSource(SourceName)
            .ConfigureResource(static resource => resource.AddService(ServiceName))
            .AddOtlpExporter(options =>
            {
                options.Endpoint = new(otlpHttp, "/v1/traces");
                options.Protocol = OtlpExportProtocol.HttpProtobuf;
                options.Headers = $"x-otlp-api-key={apiKey}";
            })
            .Build();

    /// <summary>Begins a trace, whatever is going on around it.</summary>
    public Activity StartRoot(string name)
    {
        Activity.Current = null;
        return _source.StartActivity(name, ActivityKind.Internal)
            ?? throw new InvalidOperationException($"'{name}' is not recorded: nobody listens to {SourceName}.");
    }

    /// <summary>Sends what has ended.</summary>
    public void Flush() => _provider.ForceFlush((int)FlushLimit.TotalMilliseconds);

    public void Dispose()
    {
        _provider.Dispose();
        _source.Dispose();
    }
}
