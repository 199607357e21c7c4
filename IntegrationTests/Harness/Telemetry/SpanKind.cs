namespace XoeNovAi.IntegrationTests.Harness.Telemetry;

/// <summary>The kinds of spans, with OTLP's numbers.</summary>
internal enum SpanKind
{
    Unspecified,
    Internal,
    Server,
    Client,
    Producer,
    Consumer,
}
