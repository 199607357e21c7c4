using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace XoeNovAi.IntegrationTests.Resilience;

[TestClass]
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
        var before = await AlertsAsync(Cancel);
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
            await AlertedAsync(before);
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

    private Task AlertedAsync(long before)
        => Eventually.HoldsAsync("the group alert_handlers has taken the alert up", Limit, AlertsAsync, now => now == before + 1, static now => $"{now} alerts", Cancel);

    private async Task<long> AlertsAsync(CancellationToken cancellationToken)
        => (long)(await Stack.ScalarAsync("SELECT count(*) FROM alert_log WHERE source = 'rag-1' AND subject = 'llm'", cancellationToken))!;

    private async Task<bool> IsLlmHealthyAsync(HttpClient rag)
    {
        using var health = JsonDocument.Parse(await rag.GetStringAsync(Health, Cancel));
        return health.RootElement.GetProperty("components").GetProperty("llm").GetBoolean();
    }

    private async Task<(HttpStatusCode Status, string Body)> AskAsync(HttpClient rag)
    {
        using var response = await rag.PostAsJsonAsync("/xnai/api/v1/query", new { query = $"Question {Guid.NewGuid()}" }, Cancel);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Cancel));
    }
}
