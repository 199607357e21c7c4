using System.Diagnostics;
using XoeNovAi.Hosting.Testing.Spans;

namespace XoeNovAi.IntegrationTests.Portable;

/// <summary>What the dashboard tells of a request.</summary>
[TestClass]
[TestCategory(Attachment.Portable)]
[TestCategory(Attachment.NeedsDashboard)]
[TestCategory("Quick")]
public sealed class TraceContractTests : PortableTest
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [TestMethod]
    [Scenario("OBS-01")]
    public async Task A_request_is_one_trace_through_gateway_and_service()
    {
        var trace = ActivityTraceId.CreateRandom().ToString();
        await Target.SendAsync(HttpMethod.Get, "/xnai/api/v1/health", null, ("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01"), Cancel);
        await Eventually.HoldsAsync(
            "the server's span of rag is below the gateway's",
            Limit,
            token => Target.Dashboard!.SpansAsync(trace, token),
            static spans => spans.Any(s => s.Kind == ActivityKind.Server && s.Service.StartsWith("rag", StringComparison.Ordinal) && Above(s, spans).Any(static a => a.Service.StartsWith("gateway", StringComparison.Ordinal))),
            static spans => SpanTree.Draw(spans, []),
            Cancel);
    }

    private static IEnumerable<Span> Above(Span span, IReadOnlyList<Span> all)
    {
        for (var parent = all.FirstOrDefault(s => s.SpanId == span.ParentId); parent is not null; parent = all.FirstOrDefault(s => s.SpanId == parent.ParentId))
        {
            yield return parent;
        }
    }
}
