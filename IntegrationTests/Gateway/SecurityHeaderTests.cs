namespace XoeNovAi.IntegrationTests.Gateway;

[TestClass]
[TestCategory("Quick")]
public sealed class SecurityHeaderTests : StackTest
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private static readonly Dictionary<string, string> Expected = new()
    {
        ["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains",
        ["X-Content-Type-Options"] = "nosniff",
        ["X-Frame-Options"] = "DENY",
        ["X-XSS-Protection"] = "1; mode=block",
        ["Referrer-Policy"] = "strict-origin-when-cross-origin",
    };

    protected override IReadOnlyList<string> Touches => ["gateway"];

    [TestMethod]
    [Scenario("GATE-05")]
    [DataRow(200, "GET /xnai/api/v1/health HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n", ArgumentsDisplayName = "200 of a backend")]
    [DataRow(200, "GET /health HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n", ArgumentsDisplayName = "200 of the gateway itself")]
    [DataRow(400, "POST /xnai/api/v1/query HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}", ArgumentsDisplayName = "400 of a backend")]
    [DataRow(400, "GET /oikos/../x HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n", ArgumentsDisplayName = "400 of the gateway")]
    [DataRow(400, "GET / HTTP/1.1\r\nConnection: close\r\n\r\n", ArgumentsDisplayName = "400 without a host")]
    [DataRow(400, "not http at all\r\n\r\n", ArgumentsDisplayName = "400 of the server")]
    [DataRow(413, "POST /xnai/api/v1/query HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\nContent-Length: 104857601\r\nConnection: close\r\n\r\n", ArgumentsDisplayName = "413")]
    public async Task Every_answer_has_the_security_headers_and_no_server(int status, string request)
        => Check(await RawHttp.SendAsync(Stack.GatewayAddress, request, Cancel), status);

    [TestMethod]
    [Scenario("GATE-05")]
    public async Task An_answer_400_of_a_backend_has_the_security_headers_and_no_server()
    {
        // Consul is on the gateway's network too, and answers nothing in plain HTTP.
        var consul = await Stack.AddressOnAsync("consul", "app-network", Cancel);
        await using var lease = await Stack.Consul.RegisterAsync("vikunja", "vikunja-test", consul, 8500, Cancel);

        var answer = await AnsweredAsync("/vikunja/v1/no-such-page", static a => a.Status == 400);

        Check(answer, 400);
    }

    [TestMethod]
    [Scenario("GATE-05")]
    public async Task An_answer_502_has_the_security_headers_and_no_server()
    {
        await using var fault = await Stack.Faults.SetAsync("mkdocs", "drop_after=0", Cancel);

        // Not idempotent, so it is not tried again.
        var answer = await RawHttp.SendAsync(Stack.GatewayAddress, "POST /docs/x HTTP/1.1\r\nHost: gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", Cancel);

        Check(answer, 502);
    }

    [TestMethod]
    [Scenario("GATE-05")]
    public async Task An_answer_503_without_an_instance_has_the_security_headers_and_no_server()
    {
        await using (await Stack.Faults.SetAsync("mkdocs", "health=503", Cancel))
        {
            Check(await AnsweredAsync("/docs/x", static a => a.Status == 503), 503);
        }

        await Stack.ReadyAsync(Cancel);
    }

    private static void Check(RawAnswer answer, int status)
    {
        Assert.AreEqual(status, answer.Status, answer.Body);
        foreach (var (name, value) in Expected)
        {
            Assert.AreEqual(value, answer.Headers.GetValueOrDefault(name), $"{name} of a {status}");
        }

        Assert.IsFalse(answer.Headers.ContainsKey("Server"), $"A {status} names its server: {answer.Headers.GetValueOrDefault("Server")}");
        Assert.IsTrue(answer.Headers.ContainsKey("X-Request-ID"), $"A {status} has a request id");
    }

    private Task<RawAnswer> AnsweredAsync(string target, Func<RawAnswer, bool> holds)
        => Eventually.HoldsAsync($"the gateway knows who answers {target}", Limit, token => RawHttp.GetAsync(Stack.GatewayAddress, target, null, token), holds, static a => $"{a.Status} {a.Body}", Cancel);
}
