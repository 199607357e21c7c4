using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using StackExchange.Redis;

namespace XoeNovAi.IntegrationTests.Resilience;

[TestClass]
[TestCategory("Quick")]
public sealed class DegradationTests : StackTest
{
    private const string Health = "/xnai/api/v1/health";
    private const string Open = """{"error":"LLM service unavailable (circuit open)"}""";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    protected override IReadOnlyList<string> Touches => ["rag-1", "qdrant", "curation-worker", "postgres", "redis"];

    [TestMethod]
    [Scenario("CHAOS-01")]
    public async Task The_models_breaker_opens_after_three_failures_and_closes_when_it_is_back()
    {
        using var rag = Stack.CreateClient("rag-1");
        var before = await AlertsAsync("llm", Cancel);
        await using (await Stack.Faults.SetAsync("rag-1", "fail=llm", Cancel))
        {
            for (var i = 0; i < 3; i++)
            {
                var failed = await AskAsync(rag);
                Assert.AreEqual(HttpStatusCode.ServiceUnavailable, failed.Status);
                using var error = JsonDocument.Parse(failed.Body);
                Assert.IsTrue(error.RootElement.TryGetProperty("error_code", out var code), $"It is closed before failure {i + 1}, which has the shape of every error: {failed.Body}");
                Assert.AreEqual("SERVICE_UNAVAILABLE", code.GetString());
            }

            var (status, body) = await AskAsync(rag);
            Assert.AreEqual(HttpStatusCode.ServiceUnavailable, status);
            Assert.AreEqual(Open, body);
            using var health = JsonDocument.Parse(await rag.GetStringAsync(Health, Cancel));
            Assert.AreEqual("degraded", health.RootElement.GetProperty("status").GetString());
            var components = health.RootElement.GetProperty("components");
            Assert.IsFalse(components.GetProperty("llm").GetBoolean());
            Assert.IsFalse(components.GetProperty("circuit_breakers_healthy").GetBoolean());
            Assert.AreEqual(4, components.GetProperty("degradation_tier").GetInt32());
            Assert.AreEqual("Failover", components.GetProperty("tier_name").GetString());
            await AlertedAsync("llm", before);
        }

        await Eventually.HoldsAsync("it lets calls through again", Limit, _ => AskAsync(rag), static a => a.Status == HttpStatusCode.OK, static a => a.Body, Cancel);
        for (var trial = 2; trial <= 3; trial++)
        {
            Assert.IsFalse(await IsLlmHealthyAsync(rag), $"It is half open until the third call has succeeded, before call {trial}.");
            Assert.AreEqual(HttpStatusCode.OK, (await AskAsync(rag)).Status);
        }

        Assert.IsTrue(await IsLlmHealthyAsync(rag), "It is closed after three.");
        await Stack.ReadyAsync(Cancel);
    }

    [TestMethod]
    [Scenario("CHAOS-01")]
    public async Task Without_the_vector_store_rag_is_partial_and_answers()
    {
        using var rag = Stack.CreateClient("rag-1");
        await using (await Stack.Faults.SetAsync("qdrant", "health=503", Cancel))
        {
            using var health = JsonDocument.Parse(await rag.GetStringAsync(Health, Cancel));
            Assert.AreEqual("partial", health.RootElement.GetProperty("status").GetString());
            Assert.IsFalse(health.RootElement.GetProperty("vectorstore_loaded").GetBoolean());
            Assert.AreEqual("Constrained", health.RootElement.GetProperty("components").GetProperty("tier_name").GetString());
            Assert.AreEqual(HttpStatusCode.OK, (await AskAsync(rag)).Status);
        }

        await Stack.ReadyAsync(Cancel);
    }

    [TestMethod]
    [Scenario("RED-05")]
    public async Task The_caches_breaker_opens_at_the_fifth_failure_lets_three_calls_try_and_closes()
    {
        const int Failures = 5;
        using var rag = Stack.CreateClient("rag-1");
        await using var redis = await ConnectionMultiplexer.ConnectAsync(await Stack.RedisAsync(Cancel));
        var before = await AlertsAsync("cache", Cancel);
        var query = $"Question {Guid.NewGuid()}";
        Assert.AreEqual(HttpStatusCode.OK, (await AskAsync(rag, query)).Status);
        var key = await CachedAsync(redis, query);

        // A value of another kind: Redis refuses to read it, and a failure it is as any other.
        for (var failure = 1; failure <= Failures; failure++)
        {
            Assert.IsTrue((await BreakersAsync(rag)).Healthy, $"It is closed before failure {failure}.");
            await SpoilAsync(redis, key);
            Assert.AreEqual(HttpStatusCode.OK, (await AskAsync(rag, query)).Status, "Without the cache rag answers all the same.");
        }

        var (healthy, llm, tier) = await BreakersAsync(rag);
        Assert.IsFalse(healthy);
        Assert.IsTrue(llm, "It is not the model's.");
        Assert.AreEqual(1, tier, "A store that is there is no degradation.");
        await AlertedAsync("cache", before);

        // While it is open the cache is let be: what is wrong in it stays, where before every answer was stored over it.
        await SpoilAsync(redis, key);
        Assert.AreEqual(HttpStatusCode.OK, (await AskAsync(rag, query)).Status);
        Assert.AreEqual(RedisType.List, await redis.GetDatabase().KeyTypeAsync(key));

        await redis.GetDatabase().KeyDeleteAsync(key);
        await Eventually.HoldsAsync(
            "its calls are let through again until it is closed",
            Limit,
            async _ =>
            {
                await AskAsync(rag, query);
                return await BreakersAsync(rag);
            },
            static breakers => breakers.Healthy,
            static breakers => $"{breakers}",
            Cancel);
        Assert.AreEqual(RedisType.String, await redis.GetDatabase().KeyTypeAsync(key), "The cache is in use again.");
        await Stack.ReadyAsync(Cancel);
    }

    [TestMethod]
    [Scenario("CHAOS-01")]
    public async Task Each_store_that_is_away_is_a_tier_and_each_that_is_back_too()
    {
        using var rag = Stack.CreateClient("rag-1");
        await TierAsync(rag, "1 Normal, healthy, redis True, vectorstore True, connected");
        await Stack.Podman.RunAsync(["kill", "--signal", "STOP", Stack.ContainerIdOf("redis")], Cancel);
        try
        {
            await TierAsync(rag, "2 Constrained, degraded, redis False, vectorstore True, connected");
            await using (await Stack.Faults.SetAsync("qdrant", "health=503", Cancel))
            {
                await TierAsync(rag, "3 Critical, degraded, redis False, vectorstore False, connected");
            }

            await TierAsync(rag, "2 Constrained, degraded, redis False, vectorstore True, connected");
        }
        finally
        {
            await Stack.Podman.RunAsync(["kill", "--signal", "CONT", Stack.ContainerIdOf("redis")], CancellationToken.None);
        }

        await TierAsync(rag, "1 Normal, healthy, redis True, vectorstore True, connected");
        await Stack.ReadyAsync(Cancel);
    }

    private Task TierAsync(HttpClient rag, string tier) => Eventually.HoldsAsync(
        tier,
        Limit,
        async token =>
        {
            using var health = JsonDocument.Parse(await rag.GetStringAsync(Health, token));
            var (root, components) = (health.RootElement, health.RootElement.GetProperty("components"));
            return $"{components.GetProperty("degradation_tier").GetInt32()} {components.GetProperty("tier_name").GetString()}, {root.GetProperty("status").GetString()}, "
                + $"redis {components.GetProperty("health_redis").GetBoolean()}, vectorstore {components.GetProperty("vectorstore").GetBoolean()}, "
                + root.GetProperty("database").GetProperty("status").GetString();
        },
        seen => seen == tier,
        static seen => seen,
        Cancel);

    private async Task<(bool Healthy, bool Llm, int Tier)> BreakersAsync(HttpClient rag)
    {
        using var health = JsonDocument.Parse(await rag.GetStringAsync(Health, Cancel));
        var components = health.RootElement.GetProperty("components");
        return (components.GetProperty("circuit_breakers_healthy").GetBoolean(), components.GetProperty("llm").GetBoolean(), components.GetProperty("degradation_tier").GetInt32());
    }

    private static async Task<RedisKey> CachedAsync(ConnectionMultiplexer redis, string query)
    {
        await foreach (var key in redis.GetServers()[0].KeysAsync(pattern: "xnai:cache:query:*"))
        {
            if ((await redis.GetDatabase().StringGetAsync(key)).ToString().Contains(query, StringComparison.Ordinal))
            {
                return key;
            }
        }

        throw new AssertFailedException($"'{query}' is not cached.");
    }

    private static async Task SpoilAsync(ConnectionMultiplexer redis, RedisKey key)
    {
        await redis.GetDatabase().KeyDeleteAsync(key);
        await redis.GetDatabase().ListRightPushAsync(key, "spoiled");
    }

    private Task AlertedAsync(string subject, long before)
        => Eventually.HoldsAsync("the group alert_handlers has taken the alert up", Limit, token => AlertsAsync(subject, token), now => now == before + 1, static now => $"{now} alerts", Cancel);

    private static async Task<long> AlertsAsync(string subject, CancellationToken cancellationToken)
        => (long)(await Stack.ScalarAsync("SELECT count(*) FROM alert_log WHERE source = 'rag-1' AND subject = $1", cancellationToken, subject))!;

    private async Task<bool> IsLlmHealthyAsync(HttpClient rag)
    {
        using var health = JsonDocument.Parse(await rag.GetStringAsync(Health, Cancel));
        return health.RootElement.GetProperty("components").GetProperty("llm").GetBoolean();
    }

    private Task<(HttpStatusCode Status, string Body)> AskAsync(HttpClient rag) => AskAsync(rag, $"Question {Guid.NewGuid()}");

    private async Task<(HttpStatusCode Status, string Body)> AskAsync(HttpClient rag, string query)
    {
        using var response = await rag.PostAsJsonAsync("/xnai/api/v1/query", new { query }, Cancel);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Cancel));
    }
}
