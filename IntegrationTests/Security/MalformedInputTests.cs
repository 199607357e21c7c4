using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using XoeNovAi.IntegrationTests.Contract;

namespace XoeNovAi.IntegrationTests.Security;

/// <summary>Whatever is wrong with a request: the caller is told what, and told it in one shape.</summary>
[TestClass]
[TestCategory("Quick")]
public sealed class MalformedInputTests : StackTest
{
    private const int Requests = 150;
    private const int Seed = 20260323;
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(5);

    protected override IReadOnlyList<string> Touches => ["gateway", "rag-1", "rag-2", "oikos", "qdrant", "curation-worker"];

    [TestMethod]
    [Scenario("SEC-02")]
    [DataRow("gateway", "/xnai/api/v1/query", "query", 2000, "max_tokens,temperature,top_p")]
    [DataRow("gateway", "/xnai/api/v1/stream", "query", 2000, "max_tokens,temperature,top_p")]
    [DataRow("gateway", "/xnai/api/v1/search", "query", 2000, "top_k,min_score,alpha")]
    [DataRow("gateway", "/oikos/iris/route", "problem", 2000, "escalation_level")]
    public async Task A_malformed_body_is_400_in_the_shape_of_the_contract(string resource, string target, string required, int longest, string numbers)
    {
        TestContext.WriteLine($"Seed {Seed}");
        using var client = Stack.CreateClient(resource);
        var input = new MalformedInput(Seed);
        var wrong = new List<string>();
        for (var i = 0; i < Requests; i++)
        {
            var (body, type, what) = input.Body(required, longest, numbers.Split(','));
            using var request = new HttpRequestMessage(HttpMethod.Post, target) { Content = new ByteArrayContent(body) };
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
            await CheckAsync(client, request, 400, $"{i}, {what}", wrong);
        }

        Assert.IsEmpty(wrong, string.Join(Environment.NewLine, wrong));
    }

    [TestMethod]
    [Scenario("SEC-02")]
    [DataRow("GET", "/xnai/api/v1/stream", 400)]
    [DataRow("GET", "/xnai/api/v1/stream?query=", 400)]
    [DataRow("GET", "/xnai/api/v1/stream?query=%00", 400)]
    [DataRow("GET", "/xnai/api/v1/stream?query=%20%20", 400)]
    [DataRow("GET", "/xnai/api/v1/ws/a/b", 400)]
    [DataRow("GET", "/xnai/api/v1/ws/%F0%9F%94%A5/b", 400)]
    [DataRow("GET", "/oikos/council/iris", 400)]
    [DataRow("GET", "/oikos/council/iris?problem=", 400)]
    [DataRow("POST", "/xnai/api/v1/query", 400)]
    [DataRow("PUT", "/xnai/api/v1/query", 405)]
    [DataRow("DELETE", "/xnai/api/v1/health", 405)]
    [DataRow("GET", "/xnai/api/v1/search", 405)]
    [DataRow("PATCH", "/xnai/api/v1/stream", 405)]
    [DataRow("POST", "/xnai/api/v1/ws/stats", 405)]
    [DataRow("POST", "/oikos/council/iris", 405)]
    [DataRow("GET", "/oikos/iris/route", 405)]
    [DataRow("POST", "/vikunja/api/v1/info", 405)]
    public async Task A_wrong_target_or_method_is_4xx_in_the_shape_of_the_contract(string method, string target, int status)
    {
        using var client = Stack.CreateGatewayClient();
        using var request = new HttpRequestMessage(new(method), target);
        var wrong = new List<string>();
        await CheckAsync(client, request, status, $"{method} {target}", wrong);
        Assert.IsEmpty(wrong, string.Join(Environment.NewLine, wrong));
    }

    [TestMethod]
    [Scenario("SEC-02")]
    [DataRow("gateway", "/xnai/api/v1/query", 405)]
    [DataRow("gateway", "/xnai/api/v1/ws/ro%20om/agent", 400)]
    [DataRow("gateway", "/oikos/iris/route", 405)]
    [DataRow("rag-1", "/xnai/api/v1/query", 405)]
    public async Task A_WebSocket_that_is_not_opened_is_4xx_in_the_shape_of_the_contract(string resource, string target, int status)
    {
        using var client = Stack.CreateClient(resource);
        using var request = new HttpRequestMessage(HttpMethod.Get, target) { Headers = { { "Connection", "Upgrade" }, { "Upgrade", "websocket" }, { "Sec-WebSocket-Version", "13" }, { "Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==" } } };
        var wrong = new List<string>();
        await CheckAsync(client, request, status, target, wrong);
        Assert.IsEmpty(wrong, string.Join(Environment.NewLine, wrong));
    }

    [TestMethod]
    [Scenario("SEC-02")]
    public async Task The_workers_error_has_the_shape_of_the_contract()
    {
        using var client = Stack.CreateClient("curation-worker");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/health");
        var wrong = new List<string>();
        await CheckAsync(client, request, 405, "POST /health", wrong);
        Assert.IsEmpty(wrong, string.Join(Environment.NewLine, wrong));
    }

    [TestMethod]
    [Scenario("SEC-02")]
    [DataRow("abc")]
    [DataRow("-1")]
    [DataRow("99999999999999999999")]
    public async Task A_Last_Event_ID_that_is_none_is_400(string id)
    {
        using var client = Stack.CreateGatewayClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/xnai/api/v1/stream?query=x");
        request.Headers.TryAddWithoutValidation("Last-Event-ID", id);
        var wrong = new List<string>();
        await CheckAsync(client, request, 400, id, wrong);
        Assert.IsEmpty(wrong, string.Join(Environment.NewLine, wrong));
    }

    [TestMethod]
    [Scenario("SEC-02")]
    [DataRow("PUT", "/collections/malformed", "vectors")]
    [DataRow("POST", "/collections/none/points/search", "vector")]
    public async Task Qdrants_stand_in_answers_4xx(string method, string target, string required)
    {
        using var client = Stack.CreateClient("qdrant");
        var input = new MalformedInput(Seed);
        var wrong = new List<string>();
        for (var i = 0; i < Requests; i++)
        {
            var (body, type, what) = input.Body(required, 0, []);
            using var request = new HttpRequestMessage(new(method), target) { Content = new ByteArrayContent(body) };
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
            await CheckAsync(client, request, method == "PUT" ? 400 : 404, $"{i}, {what}", wrong);
        }

        Assert.IsEmpty(wrong, string.Join(Environment.NewLine, wrong));
    }

    [TestMethod]
    [Scenario("SEC-02")]
    [DataRow("""{"points":null}""")]
    [DataRow("""{"points":[null]}""")]
    [DataRow("""{"points":[{"id":1,"vector":[1,0]},null]}""")]
    [DataRow("""{"points":[{"id":1,"vector":null}]}""")]
    [DataRow("""{"points":[{"id":1,"vector":[1]}]}""")]
    [DataRow("""{"points":[{"id":-1,"vector":[1,0]}]}""")]
    public async Task Points_that_are_none_are_400(string points)
    {
        using var client = Stack.CreateClient("qdrant");
        var collection = $"/collections/malformed-{Guid.NewGuid():n}";
        using (var created = await client.PutAsJsonAsync(collection, new { vectors = new { size = 2, distance = "Cosine" } }, Cancel))
        {
            Assert.IsTrue(created.IsSuccessStatusCode, $"{(int)created.StatusCode}");
        }

        using var request = new HttpRequestMessage(HttpMethod.Put, $"{collection}/points") { Content = new StringContent(points, MediaTypeHeaderValue.Parse("application/json")) };
        var wrong = new List<string>();
        await CheckAsync(client, request, 400, points, wrong);
        Assert.IsEmpty(wrong, string.Join(Environment.NewLine, wrong));
    }

    [TestMethod]
    [Scenario("SEC-02")]
    [DataRow("/xnai/api/v1/query", "query", "'; DROP TABLE audit_log; --")]
    [DataRow("/xnai/api/v1/query", "query", "what\r\nX-Injected: yes\r\n\r\nwhat")]
    [DataRow("/xnai/api/v1/query", "query", "{{7*7}} ${7*7}")]
    [DataRow("/xnai/api/v1/stream", "query", "'; DROP TABLE audit_log; --")]
    [DataRow("/xnai/api/v1/stream", "query", "what\r\nX-Injected: yes\r\n\r\ndata: {}\r\n\r\n")]
    [DataRow("/xnai/api/v1/stream", "query", "{{7*7}} ${7*7}")]
    [DataRow("/xnai/api/v1/search", "query", "'; DROP TABLE audit_log; --")]
    [DataRow("/xnai/api/v1/search", "query", "what\r\nX-Injected: yes\r\n\r\nwhat")]
    [DataRow("/xnai/api/v1/search", "query", "{{7*7}} ${7*7}")]
    [DataRow("/oikos/iris/route", "problem", "'; DROP TABLE audit_log; --")]
    [DataRow("/oikos/iris/route", "problem", "what\r\nX-Injected: yes\r\n\r\nwhat")]
    [DataRow("/oikos/iris/route", "problem", "{{7*7}} ${7*7}")]
    public async Task What_is_code_to_others_is_text(string target, string field, string text)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        deadline.CancelAfter(Hang);
        var before = await AuditedAsync(text);

        using var response = await Stack.Gateway.PostAsJsonAsync(target, new Dictionary<string, string> { [field] = text }, deadline.Token);
        var body = await response.Content.ReadAsStringAsync(deadline.Token);

        Assert.IsTrue((int)response.StatusCode is 200 or 400, $"{(int)response.StatusCode} {body}");
        Assert.IsFalse(response.Headers.Concat(response.Content.Headers).Any(static h => h.Key == "X-Injected"), "The text is a header of the answer.");
        Assert.DoesNotContain("\ndata: {}", body, "The text is an event of its own.");
        if (target is "/xnai/api/v1/query" or "/xnai/api/v1/stream")
        {
            Assert.AreEqual(before + 1, await AuditedAsync(text), "It is in the audit as it was sent.");
        }
    }

    // Fails when the table is gone.
    private async Task<long> AuditedAsync(string text) => (long)(await Stack.ScalarAsync("SELECT count(*) FROM audit_log WHERE query = $1", Cancel, text))!;

    private async Task CheckAsync(HttpClient client, HttpRequestMessage request, int status, string what, List<string> wrong)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        deadline.CancelAfter(Hang);
        try
        {
            using var response = await client.SendAsync(request, deadline.Token);
            var body = await response.Content.ReadAsStringAsync(deadline.Token);
            if ((int)response.StatusCode != status || !HasShape(body, status))
            {
                wrong.Add($"{what}: {(int)response.StatusCode} {body[..Math.Min(body.Length, 200)]}");
            }
        }
        catch (OperationCanceledException) when (!Cancel.IsCancellationRequested)
        {
            wrong.Add($"{what}: no answer within {Hang.TotalSeconds:0} s");
        }
    }

    private static bool HasShape(string body, int status)
    {
        try
        {
            using var error = JsonDocument.Parse(body);
            return Shape.Error.All(n => error.RootElement.TryGetProperty(n, out _)) && error.RootElement.GetProperty("http_status").GetInt32() == status;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
