using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace XoeNovAi.IntegrationTests.Data;

/// <summary>rag searches in the vector store and nowhere else.</summary>
[TestClass]
public sealed class SearchTests : StackTest
{
    private const string Search = "/xnai/api/v1/search";

    // A stand-in for a model may take words for each other; what is looked for here is mostly the word itself, which no earlier run had.
    private const double Alpha = 0.2;
    private const double Least = 0.2;

    protected override IReadOnlyList<string> Touches => ["rag-1", "rag-2", "qdrant"];

    [TestMethod]
    public async Task A_point_that_is_put_into_the_vector_store_is_found_with_its_metadata()
    {
        var (word, id) = ($"sarsaparilla{Guid.NewGuid():n}", Random.Shared.NextInt64(1_000, long.MaxValue));
        using (var filled = await SearchAsync(new { query = "hearth" }))
        {
            Assert.AreNotEqual(0, filled.RootElement.GetProperty("result_count").GetInt32(), "An empty store is filled.");
        }

        using (var before = await SearchAsync(new { query = word, min_score = Least, alpha = Alpha }))
        {
            Assert.AreEqual(0, before.RootElement.GetProperty("result_count").GetInt32());
        }

        using var qdrant = Stack.CreateClient("qdrant");
        var vector = new float[256];
        Array.Fill(vector, 0.5f);
        using var put = await qdrant.PutAsJsonAsync(
            "/collections/xnai_documents/points", new { points = new[] { new { id, vector, payload = new { source = "suite", content = $"All about {word}." } } } }, Cancel);
        put.EnsureSuccessStatusCode();

        using var found = await SearchAsync(new { query = word, min_score = Least, alpha = Alpha });

        var result = found.RootElement.GetProperty("results").EnumerateArray().Single();
        Assert.AreEqual($"doc-{id}", result.GetProperty("id").GetString());
        Assert.AreEqual(1, result.GetProperty("rank").GetInt32());
        Assert.AreEqual("suite", result.GetProperty("metadata").GetProperty("source").GetString());
        Assert.Contains(word, result.GetProperty("content").GetString()!);
        using var filtered = await SearchAsync(new { query = word, min_score = Least, alpha = Alpha, filters = new { source = "council" } });
        Assert.AreEqual(0, filtered.RootElement.GetProperty("result_count").GetInt32(), "A filter leaves out what has another source.");
    }

    [TestMethod]
    [Scenario("CHAOS-01")]
    public async Task Without_the_vector_store_a_search_is_503_and_works_again_when_it_is_back()
    {
        await using (await Stack.Faults.SetAsync("qdrant", "status=500&path=/collections", Cancel))
        {
            using var response = await Stack.Gateway.PostAsJsonAsync(Search, new { query = "hearth" }, Cancel);
            Assert.AreEqual(HttpStatusCode.ServiceUnavailable, response.StatusCode);
            Assert.Contains("\"error_code\":\"SERVICE_UNAVAILABLE\"", await response.Content.ReadAsStringAsync(Cancel));
        }

        using var again = await SearchAsync(new { query = "Who banks the fire of the hearth?", top_k = 3 });
        var results = again.RootElement.GetProperty("results").EnumerateArray().ToList();
        Assert.HasCount(3, results);
        Assert.Contains("banks the fire", results[0].GetProperty("content").GetString()!);
        CollectionAssert.AreEqual(results.Select(Score).OrderDescending().ToList(), results.Select(Score).ToList());
    }

    /// <summary>As whoever began to fill it leaves it when he is gone before he has put anything in.</summary>
    [TestMethod]
    [Scenario("FLT-01")]
    public async Task A_store_that_was_made_and_not_filled_is_filled_by_the_next_search()
    {
        await Stack.Commands.StopAsync("qdrant", Cancel);
        await Stack.Commands.StartAsync("qdrant", Cancel);
        await Stack.ReadyAsync(Cancel);
        using var qdrant = Stack.CreateClient("qdrant");
        using var made = await qdrant.PutAsJsonAsync("/collections/xnai_documents", new { vectors = new { size = 256, distance = "Cosine" } }, Cancel);
        Assert.AreEqual(HttpStatusCode.OK, made.StatusCode, "It has lost all, and is made anew.");

        using var found = await SearchAsync(new { query = "Who banks the fire of the hearth?" });
        Assert.AreNotEqual(0, found.RootElement.GetProperty("result_count").GetInt32());
    }

    private static double Score(JsonElement result) => result.GetProperty("score").GetDouble();

    private async Task<JsonDocument> SearchAsync(object search)
    {
        using var response = await Stack.Gateway.PostAsJsonAsync(Search, search, Cancel);
        var body = await response.Content.ReadAsStringAsync(Cancel);
        Assert.AreEqual(HttpStatusCode.OK, response.StatusCode, body);
        return JsonDocument.Parse(body);
    }
}
