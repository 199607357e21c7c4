using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace XoeNovAi.Hosting.Testing.Dashboard;

/// <summary>Sends a test's own spans to where the application sends its.</summary>
internal sealed class TelemetrySender : IDisposable
{
    /// <summary>What the tests are called among the services.</summary>
    public const string ServiceName = "test";

    private const string HttpClientSource = "System.Net.Http";
    private const string OwnTag = "xnai.test";
    private static readonly TimeSpan FlushLimit = TimeSpan.FromSeconds(5);
    private readonly ActivitySource _source = new($"XoeNovAi.Hosting.Testing.{Guid.NewGuid():n}");
    private readonly TracerProvider _provider;
    private readonly OwnSpans _own;

    public TelemetrySender(Uri otlp, bool isHttp, string apiKey)
        => _provider = Sdk.CreateTracerProviderBuilder()
            .AddSource(_source.Name)
            // HttpClient makes a span of its own between the test's and the service's; without it that would be an orphan.
            .AddSource(HttpClientSource)
            .SetSampler(new ParentBasedSampler(new OwnRootSampler()))
            .ConfigureResource(static resource => resource.AddService(ServiceName))
            .AddProcessor(_own = new(new OtlpTraceExporter(new()
            {
                Endpoint = isHttp ? new(otlp, "/v1/traces") : otlp,
                Protocol = isHttp ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc,
                Headers = $"x-otlp-api-key={apiKey}",
            })))
            .Build();

    /// <summary>Begins a trace.</summary>
    public Activity StartRoot(string name)
    {
        Activity.Current = null;
        var root = _source.StartActivity(ActivityKind.Internal, tags: [new(OwnTag, name)], name: name)
            ?? throw new InvalidOperationException($"'{name}' is not recorded: nobody listens to {_source.Name}.");
        _own.TraceId = root.TraceId;
        return root;
    }

    /// <summary>Sends what has ended. The exporter blocks, so it does that elsewhere.</summary>
    public Task FlushAsync() => Task.Run(() => _provider.ForceFlush((int)FlushLimit.TotalMilliseconds));

    public void Dispose()
    {
        _provider.Dispose();
        _source.Dispose();
    }

    // Of the traces that live at the same time each sees the spans of all, and sends its own.
    private sealed class OwnSpans(BaseExporter<Activity> exporter) : BatchActivityExportProcessor(exporter)
    {
        public ActivityTraceId TraceId { get; set; }

        public override void OnEnd(Activity data)
        {
            if (data.TraceId == TraceId)
            {
                base.OnEnd(data);
            }
        }
    }

    // What else this process asks by HTTP, Aspire above all, is no part of a test.
    private sealed class OwnRootSampler : Sampler
    {
        public override SamplingResult ShouldSample(in SamplingParameters samplingParameters) =>
            new(samplingParameters.Tags?.Any(static tag => tag.Key == OwnTag) == true ? SamplingDecision.RecordAndSample : SamplingDecision.Drop);
    }
}
