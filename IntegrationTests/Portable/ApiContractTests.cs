using System.Net.Http.Json;
using System.Text;
using XoeNovAi.IntegrationTests.Contract;

namespace XoeNovAi.IntegrationTests.Portable;

/// <summary>What the contract says of rag's API, whatever model is behind it.</summary>
[TestClass]
[TestCategory(Attachment.Portable)]
[TestCategory("Quick")]
public sealed class ApiContractTests : PortableTest
{
    private const string Api = "/xnai/api/v1";

    [TestMethod]
    [Scenario("GATE-01")]
    public async Task The_health_of_rag()
    {
        var health = (await Target.GetAsync($"{Api}/health", Cancel)).Json();
        Shape.Has(health, "status:string", "version:string", "memory_gb:number", "vectorstore_loaded:boolean", "components:object", "database:object");
        Assert.Contains(health.GetProperty("status").GetString(), ["healthy", "degraded", "partial"]);
        Shape.Has(health.GetProperty("components"), "embeddings:boolean", "vectorstore:boolean", "llm:boolean", "circuit_breakers_healthy:boolean", "health_redis:boolean", "degradation_tier:number", "tier_name:string");
        Shape.Has(health.GetProperty("database"), "status:string");
    }

    [TestMethod]
    [Scenario("GATE-01")]
    public async Task The_answer_to_a_query()
    {
        var answer = await PostAsync("query", new { query = $"What is a hearth? {Guid.NewGuid():n}", max_tokens = 16 });
        Assert.AreEqual(200, answer.Status, $"{answer}");
        Shape.Has(answer.Json(), "response:string", "sources:array", "tokens_generated:number", "duration_ms:number", "token_rate_tps:number");
        Assert.IsLessThanOrEqualTo(16, answer.Json().GetProperty("tokens_generated").GetInt32(), $"no more than max_tokens: {answer}");
    }

    [TestMethod]
    [Scenario("GATE-01")]
    public async Task The_answer_to_a_search()
    {
        var answer = await PostAsync("search", new { query = "hearth", top_k = 2 });
        Assert.AreEqual(200, answer.Status, $"{answer}");
        var found = answer.Json();
        Shape.Has(found, "request_id:string", "query:string", "result_count:number", "results:array", "execution_time_ms:number", "timestamp:string");
        Assert.AreEqual("hearth", found.GetProperty("query").GetString());
        Assert.AreEqual(found.GetProperty("results").GetArrayLength(), found.GetProperty("result_count").GetInt32(), $"{answer}");
        Assert.IsLessThanOrEqualTo(2, found.GetProperty("result_count").GetInt32(), $"no more than top_k: {answer}");
        foreach (var (index, result) in found.GetProperty("results").EnumerateArray().Index())
        {
            Shape.Has(result, "id:string", "rank:number", "score:number", "content:string", "metadata:object");
            Assert.AreEqual(index + 1, result.GetProperty("rank").GetInt32());
        }
    }

    [TestMethod]
    [Scenario("GATE-17")]
    [DataRow("query", "{}", ArgumentsDisplayName = "a query without a query")]
    [DataRow("query", "{", ArgumentsDisplayName = "a query that is no JSON")]
    [DataRow("query", """{"query":""}""", ArgumentsDisplayName = "an empty query")]
    [DataRow("query", """{"query":"x","max_tokens":0}""", ArgumentsDisplayName = "no tokens")]
    [DataRow("query", """{"query":"x","max_tokens":2049}""", ArgumentsDisplayName = "2049 tokens")]
    [DataRow("stream", "{}", ArgumentsDisplayName = "a stream without a query")]
    [DataRow("search", "{}", ArgumentsDisplayName = "a search without a query")]
    public Task What_is_wrong_with_a_request_is_told_in_the_shape_of_the_contract(string endpoint, string body) => IsRefusedAsync(endpoint, body);

    [TestMethod]
    [Scenario("GATE-17")]
    public Task A_query_of_2001_characters_is_refused() => IsRefusedAsync("query", $$"""{"query":"{{new string('x', 2001)}}"}""");

    private async Task IsRefusedAsync(string endpoint, string body)
    {
        var answer = await Target.SendAsync(HttpMethod.Post, $"{Api}/{endpoint}", new StringContent(body, Encoding.UTF8, "application/json"), null, Cancel);
        Assert.AreEqual(400, answer.Status, $"{answer}");
        Shape.Has(answer.Json(), "error_code:string", "message:string", "category:string", "http_status:number", "timestamp:string", "request_id:string");
        foreach (var field in Shape.Error)
        {
            Assert.IsTrue(answer.Json().TryGetProperty(field, out _), $"'{field}' is missing: {answer}");
        }

        Assert.AreEqual(400, answer.Json().GetProperty("http_status").GetInt32());
    }

    private Task<Answer> PostAsync<T>(string endpoint, T body) => Target.SendAsync(HttpMethod.Post, $"{Api}/{endpoint}", JsonContent.Create(body), null, Cancel);
}
