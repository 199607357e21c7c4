using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using StackExchange.Redis;

namespace XoeNovAi.IntegrationTests.Data;

/// <summary>The memory bank as an agent uses it, by MCP over HTTP.</summary>
[TestClass]
public sealed class MemoryBankTests : StackTest
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly string[] Tools = ["get_context", "register_agent", "update_context"];

    private static readonly string[] Capabilities = ["curate"];

    protected override IReadOnlyList<string> Touches => ["memory-bank", "curation-worker", "postgres", "redis"];

    [TestMethod]
    public async Task It_lists_the_tools_of_the_contract()
    {
        using var listed = await CallAsync("tools/list", new { });
        CollectionAssert.AreEquivalent(Tools, listed.RootElement.GetProperty("result").GetProperty("tools").EnumerateArray().Select(static t => t.GetProperty("name").GetString()).ToArray());
    }

    [TestMethod]
    [Scenario("RED-03")]
    public async Task What_an_agent_stores_is_kept_by_PostgreSQL_cached_by_Redis_and_told_on_the_stream()
    {
        var agent = $"agent-{Guid.NewGuid():n}";
        await ToolAsync("register_agent", new { agent_id = agent, capabilities = Capabilities, memory_limit_gb = 0.5 });
        Assert.AreEqual("empty", (await ToolAsync("get_context", new { agent_id = agent, context_type = "plan" })).GetProperty("source").GetString());

        var stored = await ToolAsync("update_context", new { agent_id = agent, context_type = "plan", context_data = new { step = 7 } });
        Assert.AreEqual(1, stored.GetProperty("version").GetInt32());

        var first = await ToolAsync("get_context", new { agent_id = agent, context_type = "plan" });
        var second = await ToolAsync("get_context", new { agent_id = agent, context_type = "plan" });
        Assert.AreEqual("storage", first.GetProperty("source").GetString());
        Assert.AreEqual("cache", second.GetProperty("source").GetString());
        Assert.AreEqual(7, second.GetProperty("content").GetProperty("step").GetInt32());

        Assert.Contains("7", (string)(await Stack.ScalarAsync("SELECT content FROM memory_context WHERE agent_id = $1", Cancel, agent))!);
        await using var redis = await ConnectionMultiplexer.ConnectAsync(await Stack.RedisAsync(Cancel));
        var told = await redis.GetDatabase().StreamRangeAsync("xnai:memory_updates");
        Assert.IsTrue(told.Any(e => e["agent_id"] == agent && e["type"] == "context_updated"), "The update is on the stream.");
        await Eventually.HoldsAsync(
            "the group memory_sync has taken the update up",
            Limit,
            async token => (long)(await Stack.ScalarAsync("SELECT count(*) FROM memory_sync WHERE agent_id = $1 AND version = 1", token, agent))!,
            static rows => rows == 1,
            static rows => $"{rows} rows",
            Cancel);
    }

    [TestMethod]
    [Scenario("SEC-02")]
    [DataRow("get_context", """{"agent_id":"","context_type":"plan"}""")]
    [DataRow("get_context", """{"agent_id":"nobody-knows","context_type":"plan"}""")]
    [DataRow("get_context", """{"agent_id":"a","context_type":"plan","tier":"lukewarm"}""")]
    [DataRow("get_context", """{"agent_id":"'; DROP TABLE memory_context; --","context_type":"plan"}""")]
    [DataRow("get_context", """{"agent_id":"a","context_type":"' OR '1'='1"}""")]
    [DataRow("get_context", """{"agent_id":"a\r\nX-Injected: yes","context_type":"{{7*7}}"}""")]
    [DataRow("get_context", """{"agent_id":7,"context_type":"plan"}""")]
    [DataRow("get_context", """{}""")]
    [DataRow("update_context", """{"agent_id":"a","context_type":"plan","context_data":[]}""")]
    [DataRow("register_agent", """{"agent_id":"a\u0000b","capabilities":[],"memory_limit_gb":1}""")]
    [DataRow("no_such_tool", """{}""")]
    public async Task A_wrong_call_is_an_error_that_shows_nothing_of_the_inside(string tool, string arguments)
    {
        using var answer = await CallAsync("tools/call", new { name = tool, arguments = JsonSerializer.Deserialize<JsonElement>(arguments) });
        var text = answer.RootElement.GetRawText();
        Assert.IsTrue(
            answer.RootElement.TryGetProperty("error", out _) || answer.RootElement.GetProperty("result").GetProperty("isError").GetBoolean(), text);
        Assert.DoesNotContain("   at ", text, "no stack trace");
        Assert.DoesNotContain("Npgsql", text);
    }

    [TestMethod]
    [Scenario("SEC-02")]
    [DataRow("{")]
    [DataRow("")]
    [DataRow("[1]")]
    [DataRow("null")]
    public async Task What_is_no_message_of_MCP_is_4xx(string body)
    {
        using var client = Stack.CreateClient("memory-bank");
        using var request = Request(new StringContent(body, MediaTypeHeaderValue.Parse("application/json")));
        using var response = await client.SendAsync(request, Cancel);
        Assert.IsTrue((int)response.StatusCode is >= 400 and < 500, $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync(Cancel)}");
    }

    private static HttpRequestMessage Request(HttpContent content)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/mcp") { Content = content };
        request.Headers.Accept.ParseAdd("application/json");
        request.Headers.Accept.ParseAdd("text/event-stream");
        return request;
    }

    private async Task<JsonElement> ToolAsync(string name, object arguments)
    {
        using var answer = await CallAsync("tools/call", new { name, arguments });
        var result = answer.RootElement.GetProperty("result");
        Assert.IsFalse(result.TryGetProperty("isError", out var error) && error.GetBoolean(), result.GetRawText());
        return JsonSerializer.Deserialize<JsonElement>(result.GetProperty("content")[0].GetProperty("text").GetString()!);
    }

    // The answer is one server-sent event.
    private async Task<JsonDocument> CallAsync(string method, object parameters)
    {
        using var client = Stack.CreateClient("memory-bank");
        using var request = Request(JsonContent.Create(new { jsonrpc = "2.0", id = 1, method, @params = parameters }));
        using var response = await client.SendAsync(request, Cancel);
        var body = await response.Content.ReadAsStringAsync(Cancel);
        Assert.IsTrue(response.IsSuccessStatusCode, $"{(int)response.StatusCode} {body}");
        var data = body.Split('\n').FirstOrDefault(static line => line.StartsWith("data:", StringComparison.Ordinal));
        return JsonDocument.Parse(data is null ? body : data[5..]);
    }
}
