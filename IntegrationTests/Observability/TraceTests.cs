using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using XoeNovAi.Hosting.Testing.Spans;
using XoeNovAi.IntegrationTests.Harness.Telemetry;
using XoeNovAi.IntegrationTests.Streaming;

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
    [TestCategory("Quick")]
    [Scenario("OBS-01")]
    [Scenario("OBS-02")]
    public async Task One_query_is_one_trace_from_the_caller_to_the_workers_row()
    {
        using var trace = Stack.StartTrace("one query");
        using var response = await Stack.Gateway.PostAsJsonAsync("/xnai/api/v1/query", new { query = $"What is in trace {trace.TraceId}?" }, Cancel);
        Assert.AreEqual(HttpStatusCode.OK, response.StatusCode);
        var requestId = response.Headers.GetValues("X-Request-ID").Single();

        await trace.CompleteAsync(new(TestTelemetry.ServiceName, "one query", ActivityKind.Internal, Gateway(requestId)), Limit, Cancel);
    }

    /// <summary>A socket is one long request: what an agent says in it belongs to what the agent is about, and goes on with it.</summary>
    [TestMethod]
    [Scenario("OBS-02")]
    public async Task A_task_said_in_a_room_is_in_the_agents_trace_down_to_the_workers_row()
    {
        var room = $"room-{Guid.NewGuid():n}";
        await using var agent = await RoomClient.EnterAsync(Stack, room, "alice", Cancel);
        using var trace = Stack.StartTrace("a task in a room");
        await agent.SendAsync(JsonSerializer.Serialize(new { type = "task", correlation_id = "c", payload = new { trace = trace.TraceId }, traceparent = Activity.Current!.Id }), Cancel);
        using var ack = await agent.ReceiveAsync("task_ack", Cancel);
        Assert.Contains(trace.TraceId, ack.RootElement.GetProperty("traceparent").GetString()!);

        await trace.CompleteAsync(
            new(TestTelemetry.ServiceName, "a task in a room", ActivityKind.Internal,
                new ExpectedSpan(Rag, "process room message", ActivityKind.Consumer,
                    new ExpectedSpan(Rag, "send xnai:agent_bus", ActivityKind.Producer,
                        new ExpectedSpan(Rag, "XADD", ActivityKind.Client),
                        new ExpectedSpan(Worker, "process xnai:agent_bus", ActivityKind.Consumer,
                            new ExpectedSpan(Worker, "postgresql", ActivityKind.Client), NewConnection(Worker), new ExpectedSpan(Worker, "XACK", ActivityKind.Client)))
                        .With("messaging.destination.name", "xnai:agent_bus").With("request.id"))
                    .With("messaging.operation.name", "task").With("request.id")),
            Limit,
            Cancel);
    }

    [TestMethod]
    [Scenario("OBS-02")]
    public async Task What_is_told_to_a_room_carries_the_trace_to_whoever_hears_it()
    {
        var room = $"room-{Guid.NewGuid():n}";
        await using var alice = await RoomClient.EnterAsync(Stack, room, "alice", Cancel);
        await using var bob = await RoomClient.EnterAsync(Stack, room, "bob", Cancel);
        using var trace = Stack.StartTrace("a word in a room");
        await alice.SendAsync(JsonSerializer.Serialize(new { type = "broadcast", payload = new { say = "this" }, traceparent = Activity.Current!.Id }), Cancel);

        using var heard = await bob.ReceiveAsync("broadcast", Cancel);
        var context = ActivityContext.Parse(heard.RootElement.GetProperty("traceparent").GetString()!, null);
        Assert.AreEqual(trace.TraceId, context.TraceId.ToString());
        Assert.AreNotEqual(Activity.Current!.SpanId, context.SpanId, "Below what rag did with it.");
    }

    [TestMethod]
    [Scenario("OBS-02")]
    [DataRow("\"none\"")]
    [DataRow("7")]
    [DataRow("null")]
    [DataRow("\"00-00000000000000000000000000000000-0000000000000000-01\"")]
    public async Task A_context_that_is_none_is_left_aside_and_the_message_taken(string context)
    {
        await using var agent = await RoomClient.EnterAsync(Stack, $"room-{Guid.NewGuid():n}", "alice", Cancel);
        await agent.SendAsync($$"""{"type":"task","correlation_id":"c","payload":{},"traceparent":{{context}}}""", Cancel);
        using var ack = await agent.ReceiveAsync("task_ack", Cancel);
        Assert.IsTrue(ack.RootElement.GetProperty("success").GetBoolean());
        Assert.IsFalse(ack.RootElement.TryGetProperty("traceparent", out _));
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
