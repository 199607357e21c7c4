using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using XoeNovAi.Hosting.Testing.Spans;
using XoeNovAi.IntegrationTests.Harness.Telemetry;

namespace XoeNovAi.IntegrationTests.Observability;

[TestClass]
public sealed class TraceTests : StackTest
{
    private const string Rag = "rag-1|rag-2";
    private const string Worker = "curation-worker";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ArrivalLimit = TimeSpan.FromSeconds(60);

    protected override IReadOnlyList<string> Touches => ["gateway", "rag-1", "rag-2", "curation-worker"];

    [TestMethod]
    [Scenario("OBS-01")]
    public async Task One_query_is_one_trace_from_the_caller_to_the_workers_row()
    {
        using var trace = Stack.StartTrace("one query");
        using var response = await Stack.Gateway.PostAsJsonAsync("/xnai/api/v1/query", new { query = $"What is in trace {trace.TraceId}?" }, Cancel);
        Assert.AreEqual(HttpStatusCode.OK, response.StatusCode);
        var requestId = response.Headers.GetValues("X-Request-ID").Single();

        await trace.CompleteAsync(new(TestTelemetry.ServiceName, "one query", ActivityKind.Internal, Gateway(requestId)), Limit, Cancel);
    }

    /// <summary>Nothing waits for the tunnel to the dashboard: what is sent before it opens is kept until it does.</summary>
    [TestMethod]
    [Scenario("OBS-06")]
    [DataRow("chainlit")]
    [DataRow("gateway")]
    [DataRow("memory-bank")]
    [DataRow("mkdocs")]
    [DataRow("oikos")]
    [DataRow("open-webui")]
    [DataRow("vikunja")]
    public async Task What_a_service_said_at_its_start_arrives(string resource)
        => await Eventually.HoldsAsync(
            $"the first lines of {resource}'s log are in the dashboard",
            ArrivalLimit,
            token => Stack.Telemetry.LogsOfAsync(resource, token),
            static lines => lines.Any(static l => l.Contains("Application started", StringComparison.Ordinal)),
            static lines => $"{lines.Count} lines: {string.Join(" | ", lines.Take(5))}",
            Cancel);

    [TestMethod]
    [Scenario("OBS-01")]
    public async Task Queries_at_the_same_time_keep_their_spans_apart()
    {
        var queries = Enumerable.Range(0, 5).Select(async i =>
        {
            using var trace = Stack.StartTrace($"query {i}");
            using var response = await Stack.Gateway.PostAsJsonAsync("/xnai/api/v1/query", new { query = $"What is in trace {trace.TraceId}?" }, Cancel);
            var requestId = response.Headers.GetValues("X-Request-ID").Single();
            await trace.CompleteAsync(new(TestTelemetry.ServiceName, $"query {i}", ActivityKind.Internal, Gateway(requestId)), Limit, Cancel);
        });

        await Task.WhenAll(queries);
    }

    private static ExpectedSpan Gateway(string requestId)
        => new ExpectedSpan("gateway", "POST /xnai/api/v1/{**rest}", ActivityKind.Server,
            new ExpectedSpan("gateway", "POST", ActivityKind.Client, Answer(requestId))
                .With("http.request.method", "POST").With("http.response.status_code", "200").With("server.address").With("request.id", requestId))
            .With("http.request.method", "POST").With("http.response.status_code", "200").With("http.route", "/xnai/api/v1/{**rest}")
            .With("url.path", "/xnai/api/v1/query").With("request.id", requestId);

    private static ExpectedSpan Answer(string requestId)
        => new ExpectedSpan(Rag, "POST /xnai/api/v1/query", ActivityKind.Server,
            Redis(Rag, "GET", requestId),
            Redis(Rag, "SET", requestId),
            Redis(Rag, "XADD", requestId),
            Postgres(Rag, requestId),
            NewConnection(Rag),
            new ExpectedSpan(Rag, "send xnai:task_updates", ActivityKind.Producer,
                Redis(Rag, "XADD", requestId),
                new ExpectedSpan(Worker, "process xnai:task_updates", ActivityKind.Consumer, Postgres(Worker, requestId), NewConnection(Worker), Redis(Worker, "XACK", requestId))
                    .With("messaging.system", "redis").With("messaging.consumer.group.name", "agent_wavefront").With("request.id", requestId))
                .With("messaging.system", "redis").With("messaging.destination.name", "xnai:task_updates").With("messaging.message.id").With("request.id", requestId))
            .With("http.response.status_code", "200").With("http.route", "/xnai/api/v1/query").With("request.id", requestId);

    private static ExpectedSpan Redis(string service, string operation, string requestId)
        => new ExpectedSpan(service, operation, ActivityKind.Client)
            .With("db.system.name", "redis").With("db.operation.name", operation).With("server.address", "redis").With("request.id", requestId);

    private static ExpectedSpan Postgres(string service, string requestId)
        => new ExpectedSpan(service, "postgresql", ActivityKind.Client)
            .With("db.system.name", "postgresql").With("db.namespace", "xnai").With("db.query.text").With("server.address", "postgres").With("request.id", requestId);

    // When the pool has none to spare.
    private static ExpectedSpan NewConnection(string service)
        => new ExpectedSpan(service, "CONNECT xnai", ActivityKind.Client) { IsOptional = true };
}
