using System.Net;

namespace XoeNovAi.IntegrationTests.Gateway;

/// <summary>An upload that rag refuses is answered as rag answers it.</summary>
[TestClass]
public sealed class EarlyAnswerTests : StackTest
{
    private const int Times = 20;

    protected override IReadOnlyList<string> Touches => ["gateway", "rag-1", "rag-2"];

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    [Scenario("FLT-05")]
    public async Task Fifty_megabytes_are_refused_by_rag_and_others_do_not_notice()
    {
        var body = new byte[50 * 1024 * 1024];
        for (var i = 0; i < Times; i++)
        {
            using var content = new ByteArrayContent(body);
            content.Headers.ContentType = new("application/json");
            using var response = await Stack.Gateway.PostAsync("/xnai/api/v1/query", content, Cancel);
            var answer = await response.Content.ReadAsStringAsync(Cancel);

            Assert.AreEqual(HttpStatusCode.BadRequest, response.StatusCode, answer);
            Assert.Contains("error_code", answer);
            using var other = await Stack.Gateway.GetAsync("/xnai/api/v1/health", Cancel);
            Assert.AreEqual(HttpStatusCode.OK, other.StatusCode);
        }
    }
}
