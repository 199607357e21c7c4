using System.Net.Http.Headers;
using System.Text.Json;
using StackExchange.Redis;
using XoeNovAi.IntegrationTests.Harness.Faults;

namespace XoeNovAi.IntegrationTests.Data;

/// <summary>The memory bank as an agent uses it, by MCP over HTTP.</summary>
[TestClass]
public sealed class MemoryBankTests : StackTest
{
    private const int RedisPort = 6379;
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
    [Scenario("RED-05")]
    public async Task What_was_updated_while_Redis_was_away_is_not_read_as_it_was_before()
    {
        using var agent = new MemoryAgent(Stack);
        await agent.RegisterAsync(Cancel);
        await UpdateAsync("other", 1);
        await UpdateAsync("plan", 1);
        await CachedAsync("other", 1);
        await CachedAsync("plan", 1);
        await using (await PacketFault.RefuseAsync(Stack, await Stack.ProcessIdOfAsync("redis", Cancel), RedisPort, Cancel))
        {
            await UpdateAsync("plan", 2);
        }

        // When another is read from the cache the memory bank has it again.
        await CachedAsync("other", 1);
        await CachedAsync("plan", 2);
        await Stack.ReadyAsync(Cancel);

        Task UpdateAsync(string type, int step) => agent.ToolAsync("update_context", new { agent_id = agent.Name, context_type = type, context_data = new { step } }, Cancel);

        Task CachedAsync(string type, int step) => Eventually.HoldsAsync(
            "the memory is read from the cache",
            Limit,
            async token =>
            {
                var read = await agent.ToolAsync("get_context", new { agent_id = agent.Name, context_type = type }, token);
                Assert.AreEqual(step, read.GetProperty("content").GetProperty("step").GetInt32(), read.GetRawText());
                return read.GetProperty("source").GetString();
            },
            static source => source == "cache",
            static source => $"from {source}",
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
    [DataRow("register_agent", """{"agent_id":"a\nb","capabilities":[],"memory_limit_gb":1}""")]
    [DataRow("register_agent", """{"agent_id":"\ud800","capabilities":[],"memory_limit_gb":1}""")]
    [DataRow("register_agent", """{"agent_id":"a","capabilities":null,"memory_limit_gb":1}""")]
    [DataRow("register_agent", """{"agent_id":"a","capabilities":[null],"memory_limit_gb":1}""")]
    [DataRow("register_agent", """{"agent_id":"a","capabilities":["x\u0000"],"memory_limit_gb":1}""")]
    [DataRow("register_agent", """{"agent_id":"a","capabilities":[""],"memory_limit_gb":1}""")]
    [DataRow("register_agent", """{"agent_id":"a","capabilities":[],"memory_limit_gb":"NaN"}""")]
    [DataRow("register_agent", """{"agent_id":"a","capabilities":[],"memory_limit_gb":"Infinity"}""")]
    [DataRow("register_agent", """{"agent_id":"a","capabilities":[],"memory_limit_gb":1e999}""")]
    [DataRow("register_agent", """{"agent_id":"a","capabilities":[],"memory_limit_gb":-0.1}""")]
    [DataRow("get_context", """{"agent_id":"suite-known","context_type":"a:b"}""")]
    [DataRow("get_context", """{"agent_id":"suite-known","context_type":"a\u0000"}""")]
    [DataRow("update_context", """{"agent_id":"suite-known","context_type":"plan"}""")]
    [DataRow("update_context", """{"agent_id":"suite-known","context_type":"plan","context_data":null}""")]
    [DataRow("update_context", """{"agent_id":"suite-known","context_type":"plan","context_data":{"a":[{"b":"\u0000"}]}}""")]
    [DataRow("update_context", """{"agent_id":"suite-known","context_type":"plan","context_data":{"a\u0000":1}}""")]
    [DataRow("update_context", """{"agent_id":"suite-known","context_type":"plan","context_data":{"a":"\udc00"}}""")]
    public async Task A_wrong_call_is_an_error_that_shows_nothing_of_the_inside(string tool, string arguments)
    {
        await ToolAsync("register_agent", new { agent_id = "suite-known", capabilities = Capabilities, memory_limit_gb = 1 });
        using var agent = new MemoryAgent(Stack);
        using var answer = await agent.SendAsync(new StringContent($$$"""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"{{{tool}}}","arguments":{{{arguments}}}}}""", MediaTypeHeaderValue.Parse("application/json")), Cancel);
        var text = answer.RootElement.GetRawText();
        Assert.IsTrue(
            answer.RootElement.TryGetProperty("error", out _) || answer.RootElement.GetProperty("result").GetProperty("isError").GetBoolean(), text);
        Assert.DoesNotContain("   at ", text, "no stack trace");
        Assert.DoesNotContain("Npgsql", text);
        Assert.DoesNotContain("cannot be reached", text, "That would be the database's fault.");
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
        using var request = MemoryAgent.Request(new StringContent(body, MediaTypeHeaderValue.Parse("application/json")));
        using var response = await client.SendAsync(request, Cancel);
        Assert.IsTrue((int)response.StatusCode is >= 400 and < 500, $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync(Cancel)}");
    }

    private async Task<JsonElement> ToolAsync(string name, object arguments)
    {
        using var agent = new MemoryAgent(Stack);
        return await agent.ToolAsync(name, arguments, Cancel);
    }

    private async Task<JsonDocument> CallAsync(string method, object parameters)
    {
        using var agent = new MemoryAgent(Stack);
        return await agent.CallAsync(method, parameters, Cancel);
    }
}
