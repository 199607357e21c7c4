using System.Net.Http.Json;
using System.Text.Json;
using XoeNovAi.IntegrationTests.Streaming;

namespace XoeNovAi.IntegrationTests.Contract;

/// <summary>Every field of the contract's answers, as a caller of the gateway gets them.</summary>
[TestClass]
[TestCategory("Quick")]
public sealed class ShapeTests : StackTest
{
    private const string Api = "/xnai/api/v1";

    protected override IReadOnlyList<string> Touches => ["gateway", "rag-1", "rag-2", "oikos", "memory-bank"];

    [TestMethod]
    [Scenario("GATE-01")]
    public async Task The_health_of_rag()
    {
        using var health = await GetAsync(Stack.Gateway, $"{Api}/health");
        var root = health.RootElement;
        Shape.Check(root, "status:string", "version:string", "memory_gb:number", "vectorstore_loaded:boolean", "components:object", "database:object");
        Assert.AreEqual("healthy", root.GetProperty("status").GetString());
        Assert.IsGreaterThan(0, root.GetProperty("memory_gb").GetDouble());
        Assert.MatchesRegex(@"^\d+\.\d+", root.GetProperty("version").GetString()!);
        var components = root.GetProperty("components");
        Shape.Check(
            components, "embeddings:boolean", "vectorstore:boolean", "llm:boolean", "circuit_breakers_healthy:boolean", "health_redis:boolean", "degradation_tier:number", "tier_name:string");
        Assert.IsTrue(components.EnumerateObject().All(static c => c.Value.ValueKind is not JsonValueKind.False), components.GetRawText());
        Assert.AreEqual(1, components.GetProperty("degradation_tier").GetInt32());
        Assert.AreEqual("Normal", components.GetProperty("tier_name").GetString());
        Shape.Check(root.GetProperty("database"), "status:string");
        Assert.AreEqual("connected", root.GetProperty("database").GetProperty("status").GetString());
    }

    [TestMethod]
    [Scenario("GATE-01")]
    public async Task The_answer_to_a_query()
    {
        using var answer = await PostAsync($"{Api}/query", new { query = $"one two three {Guid.NewGuid():n}", max_tokens = 3 });
        var root = answer.RootElement;
        Shape.Check(root, "response:string", "sources:array", "tokens_generated:number", "duration_ms:number", "token_rate_tps:number");
        Assert.IsNotEmpty(root.GetProperty("sources").EnumerateArray().ToList());
        Assert.IsTrue(root.GetProperty("sources").EnumerateArray().All(static s => s.ValueKind == JsonValueKind.String));
        Assert.AreEqual(3, root.GetProperty("tokens_generated").GetInt32(), "no more than max_tokens");
        var duration = root.GetProperty("duration_ms").GetDouble();
        Assert.IsGreaterThan(0, duration);
        Assert.AreEqual(3 / (duration / 1000), root.GetProperty("token_rate_tps").GetDouble(), 0.01, "tokens by the time they took");
        using var alone = await PostAsync($"{Api}/query", new { query = "without sources", use_rag = false });
        Assert.AreEqual(0, alone.RootElement.GetProperty("sources").GetArrayLength());
    }

    [TestMethod]
    [Scenario("GATE-01")]
    public async Task The_answer_to_a_search()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Api}/search") { Content = JsonContent.Create(new { query = "hearth", top_k = 2 }) };
        request.Headers.Add("X-Request-ID", "shape-1");
        using var response = await Stack.Gateway.SendAsync(request, Cancel);
        using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancel));
        var root = answer.RootElement;
        Shape.Check(root, "request_id:string", "query:string", "result_count:number", "results:array", "execution_time_ms:number", "timestamp:time");
        Assert.AreEqual("shape-1", root.GetProperty("request_id").GetString());
        Assert.AreEqual("hearth", root.GetProperty("query").GetString());
        Assert.AreEqual(2, root.GetProperty("result_count").GetInt32());
        Assert.IsGreaterThan(0, root.GetProperty("execution_time_ms").GetDouble());
        foreach (var (index, result) in root.GetProperty("results").EnumerateArray().Index())
        {
            Shape.Check(result, "id:string", "rank:number", "score:number", "content:string", "metadata:object");
            Assert.AreEqual(index + 1, result.GetProperty("rank").GetInt32());
        }
    }

    [TestMethod]
    [Scenario("STRM-01")]
    public async Task The_events_of_a_stream()
    {
        using var response = await Stack.Gateway.PostAsJsonAsync($"{Api}/stream", new { query = "What is a hearth?" }, Cancel);
        var lines = (await response.Content.ReadAsStringAsync(Cancel)).Split('\n').Where(static line => line.StartsWith("data: ", StringComparison.Ordinal)).ToList();
        var events = lines.Select(static line => JsonSerializer.Deserialize<JsonElement>(line[6..])).ToList();
        Shape.Check(events[0], "type:string", "sources:array");
        foreach (var token in events.Skip(1).SkipLast(1))
        {
            Shape.Check(token, "type:string", "content:string");
        }

        var done = events[^1];
        Shape.Check(done, "type:string", "tokens:number", "latency_ms:number");
        Assert.AreEqual(events.Count - 2, done.GetProperty("tokens").GetInt32(), "as many as were sent");
        Assert.IsGreaterThan(0, done.GetProperty("latency_ms").GetDouble());
    }

    [TestMethod]
    [Scenario("STRM-04")]
    public async Task The_messages_of_a_room()
    {
        var room = $"room-{Guid.NewGuid():n}";
        await using var agent = await RoomClient.EnterAsync(Stack, room, "alice", Cancel);
        await CheckAsync(agent, """{"type":"ping"}""", "type:string", "timestamp:time");
        var status = await CheckAsync(agent, """{"type":"status"}""", "type:string", "stats:object", "timestamp:time");
        Shape.Check(status.GetProperty("stats"), "total_connections:number", "total_rooms:number", "rooms:object", "agents_connected:array", "active_streams:number");
        Assert.AreEqual(1, status.GetProperty("stats").GetProperty("rooms").GetProperty(room).GetInt32());
        await CheckAsync(agent, """{"type":"task","correlation_id":"c","payload":{}}""", "type:string", "correlation_id:string", "success:boolean", "timestamp:time");
        await CheckAsync(agent, """{"type":"broadcast","payload":{}}""", "type:string", "delivered:number", "timestamp:time");
        await CheckAsync(agent, "{", "type:string", "message:string", "timestamp:time");
        using var stats = await GetAsync(Stack.Gateway, $"{Api}/ws/stats");
        Shape.Check(stats.RootElement, "total_connections:number", "total_rooms:number", "rooms:object", "agents_connected:array", "active_streams:number");
    }

    [TestMethod]
    [Scenario("DISC-02")]
    [DataRow("oikos", "/health", """{"status":"ACTIVE","hearth":"WARM"}""")]
    [DataRow("memory-bank", "/health", """{"status":"ok"}""")]
    [DataRow("gateway", "/health", """{"status":"healthy"}""")]
    public async Task The_health_of_the_other_services(string resource, string path, string expected)
    {
        using var client = Stack.CreateClient(resource);
        Assert.AreEqual(expected, await client.GetStringAsync(path, Cancel));
    }

    private async Task<JsonElement> CheckAsync(RoomClient agent, string message, params string[] fields)
    {
        await agent.SendAsync(message, Cancel);
        using var answer = await agent.ReceiveAsync(Cancel);
        Shape.Check(answer.RootElement, fields);
        return answer.RootElement.Clone();
    }

    private async Task<JsonDocument> GetAsync(HttpClient client, string target) => JsonDocument.Parse(await client.GetStringAsync(target, Cancel));

    private async Task<JsonDocument> PostAsync(string target, object body)
    {
        using var response = await Stack.Gateway.PostAsJsonAsync(target, body, Cancel);
        response.EnsureSuccessStatusCode();
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancel));
    }
}
