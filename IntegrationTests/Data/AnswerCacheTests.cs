using StackExchange.Redis;
using XoeNovAi.Hosting.Testing.Spans;

namespace XoeNovAi.IntegrationTests.Data;

/// <summary>rag's cache: an answer is of one question with all that was asked along with it, and not for ever.</summary>
[TestClass]
public sealed class AnswerCacheTests : StackTest
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    protected override IReadOnlyList<string> Touches => ["rag-1", "redis"];

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    [Scenario("RED-01")]
    public async Task An_answer_is_given_again_only_to_the_same_question_with_the_same_parameters()
    {
        var query = $"Question {Guid.NewGuid()}";
        object[] different =
        [
            new { query, use_rag = true, max_tokens = 100, temperature = 0.5, top_p = 0.5 },
            new { query, use_rag = false, max_tokens = 100, temperature = 0.5, top_p = 0.5 },
            new { query, use_rag = true, max_tokens = 101, temperature = 0.5, top_p = 0.5 },
            new { query, use_rag = true, max_tokens = 100, temperature = 0.6, top_p = 0.5 },
            new { query, use_rag = true, max_tokens = 100, temperature = 0.5, top_p = 0.6 },
            new { query = $"{query}?", use_rag = true, max_tokens = 100, temperature = 0.5, top_p = 0.5 },
        ];
        foreach (var question in different)
        {
            Assert.IsFalse(await IsCachedAsync(question), $"{question} has not been asked before.");
        }

        foreach (var question in different)
        {
            Assert.IsTrue(await IsCachedAsync(question), $"{question} has been asked before.");
        }
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    [Scenario("RED-01")]
    public async Task Everything_in_the_caches_expires()
    {
        using var agent = new MemoryAgent(Stack);
        await agent.RegisterAsync(Cancel);
        await agent.UpdateAsync(Cancel);
        await agent.ToolAsync("get_context", new { agent_id = agent.Name, context_type = "plan" }, Cancel);
        await IsCachedAsync(new { query = $"Question {Guid.NewGuid()}" });
        await using var redis = await ConnectionMultiplexer.ConnectAsync(await Stack.RedisAsync(Cancel));
        foreach (var pattern in new[] { "xnai:cache:*", "memory_bank:*" })
        {
            var keys = 0;
            await foreach (var key in redis.GetServers()[0].KeysAsync(pattern: pattern).WithCancellation(Cancel))
            {
                keys++;
                var left = await redis.GetDatabase().KeyTimeToLiveAsync(key);
                Assert.IsTrue((left is { } time && time <= Longest) || !await redis.GetDatabase().KeyExistsAsync(key), $"{key} has {left?.ToString() ?? "for ever"} left.");
            }

            Assert.AreNotEqual(0, keys, $"There is something at {pattern}.");
        }
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    [Scenario("OBS-03")]
    public async Task A_command_that_Redis_refuses_is_an_error_in_its_span()
    {
        await using var full = await FullRedis.BeginAsync(Stack, Cancel);
        using var trace = Stack.StartTrace("a full Redis");
        await IsCachedAsync(new { query = $"Question {Guid.NewGuid()}" });
        trace.End();
        var spans = await Eventually.HoldsAsync(
            "the spans of the refused commands are there",
            Limit,
            token => Stack.Telemetry.SpansAsync(trace.TraceId, token),
            static spans => spans.Any(static s => s.Name == "SET") && spans.Count(static s => s.Name == "XADD") == 2,
            static all => SpanTree.Draw(all, []),
            Cancel);
        foreach (var span in spans.Where(static s => s.Name is "SET" or "XADD" or "send xnai:task_updates"))
        {
            Assert.IsTrue(span.IsError, $"{span.Name} was refused. {SpanTree.Draw(spans, [])}");
            Assert.IsTrue(span.Attributes.ContainsKey("error.type"), $"{span.Name} says by what.");
        }
    }

    private async Task<bool> IsCachedAsync(object question)
    {
        var id = $"cache-{Guid.NewGuid():n}";
        using var rag = Stack.CreateClient("rag-1");
        using var response = await rag.AskAsync(id, question, Cancel);
        response.EnsureSuccessStatusCode();
        return (bool)(await Stack.ScalarAsync("SELECT cached FROM audit_log WHERE request_id = $1", Cancel, id))!;
    }
}
