using System.Net;
using System.Net.Http.Json;
using XoeNovAi.IntegrationTests.Harness.Telemetry;

namespace XoeNovAi.IntegrationTests.Observability;

[TestClass]
public sealed class TraceTests : StackTest
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    protected override IReadOnlyList<string> Touches => ["gateway", "rag-1", "rag-2", "curation-worker"];

    [TestMethod]
    [Scenario("OBS-01")]
    public async Task One_query_is_one_trace_from_the_caller_to_the_workers_row()
    {
        using var response = await Stack.Gateway.PostAsJsonAsync("/xnai/api/v1/query", new { query = $"What is in trace {Trace.TraceId}?" }, Cancel);

        Assert.AreEqual(HttpStatusCode.OK, response.StatusCode);
        await Trace.CompleteAsync(new(TestTelemetry.ServiceName, nameof(One_query_is_one_trace_from_the_caller_to_the_workers_row), SpanKind.Internal, new ExpectedSpan("gateway", "POST /xnai/api/v1/{**rest}", SpanKind.Server)), Limit, Cancel);
    }
}
