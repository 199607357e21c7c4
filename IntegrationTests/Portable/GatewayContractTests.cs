using System.Net.Http.Json;
using XoeNovAi.IntegrationTests.Contract;

namespace XoeNovAi.IntegrationTests.Portable;

/// <summary>What the contract says of every gateway.</summary>
[TestClass]
[TestCategory(Attachment.Portable)]
[TestCategory("Quick")]
public sealed class GatewayContractTests : PortableTest
{
    private const string Query = "/xnai/api/v1/query";
    private const string Id = "X-Request-ID";

    [TestMethod]
    [Scenario("GATE-13")]
    public async Task Its_health_is_its_own()
    {
        var answer = await Target.GetAsync("/health", Cancel);
        Assert.AreEqual(200, answer.Status, $"{answer}");
        Assert.AreEqual("healthy", answer.Json().GetProperty("status").GetString(), $"{answer}");
    }

    [TestMethod]
    [Scenario("GATE-13")]
    public async Task Its_metrics_are_Prometheus_text()
    {
        var answer = await Target.GetAsync("/metrics", Cancel);
        Assert.AreEqual(200, answer.Status, $"{answer}");
        Assert.AreEqual("text/plain", answer.Type, $"{answer}");
        Assert.Contains("# TYPE ", answer.Body);
    }

    /// <param name="path">The path.</param>
    /// <param name="status">What the service answers; 0 where the contract does not say, and only a failure of the gateway's would be wrong.</param>
    [TestMethod]
    [Scenario("GATE-01")]
    [DataRow("/xnai/api/v1/health", 200)]
    [DataRow("/oikos/health", 0)]
    [DataRow("/chat/", 200)]
    [DataRow("/static/none.js", 0)]
    [DataRow("/docs/", 200)]
    [DataRow("/assets/none.css", 0)]
    [DataRow("/", 200)]
    public async Task Each_route_leads_to_a_service_that_answers(string path, int status)
    {
        var answer = await Target.GetAsync(path, Cancel);
        if (status == 0)
        {
            Assert.IsLessThan(500, answer.Status, $"{answer}");
        }
        else
        {
            Assert.AreEqual(status, answer.Status, $"{answer}");
        }
    }

    [TestMethod]
    [Scenario("GATE-01")]
    public async Task A_service_is_asked_without_the_prefix_of_its_route()
    {
        var answer = await Target.GetAsync("/vikunja/api/v1/info", Cancel);
        Assert.AreEqual(200, answer.Status, $"{answer}");
        Shape.Has(answer.Json(), "version:string");
    }

    [TestMethod]
    [Scenario("GATE-05")]
    [DataRow("Strict-Transport-Security", "max-age=31536000; includeSubDomains")]
    [DataRow("X-Content-Type-Options", "nosniff")]
    [DataRow("X-Frame-Options", "DENY")]
    [DataRow("X-XSS-Protection", "1; mode=block")]
    [DataRow("Referrer-Policy", "strict-origin-when-cross-origin")]
    public async Task A_security_header_is_on_every_answer_once(string name, string value)
    {
        var wrong = (await EveryKindAsync()).Where(a => a.Header(name) is not [var only] || only != value).Select(a => $"{a.Request} ({a.Status}): {name}: {string.Join(" | ", a.Header(name))}").ToList();
        Assert.IsEmpty(wrong, string.Join("; ", wrong));
    }

    [TestMethod]
    [Scenario("GATE-05")]
    public async Task No_answer_names_its_server()
    {
        var wrong = (await EveryKindAsync()).Where(static a => a.Header("Server").Count > 0).Select(static a => $"{a.Request} ({a.Status}): {a.Header("Server")[0]}").ToList();
        Assert.IsEmpty(wrong, string.Join("; ", wrong));
    }

    [TestMethod]
    [Scenario("GATE-10")]
    public async Task A_request_without_an_id_is_given_one_of_its_own()
    {
        var ids = (await EveryKindAsync()).Select(static a => (a.Request, Ids: a.Header(Id))).ToList();
        var nameless = ids.Where(static i => i.Ids is not [{ Length: > 0 }]).Select(static i => $"{i.Request}: {string.Join(" | ", i.Ids)}").ToList();
        Assert.IsEmpty(nameless, $"Not one {Id}: {string.Join("; ", nameless)}");
        Assert.HasCount(ids.Count, ids.Select(static i => i.Ids[0]).Distinct(StringComparer.Ordinal).ToList(), string.Join("; ", ids.Select(static i => i.Ids[0])));
    }

    [TestMethod]
    [Scenario("GATE-10")]
    public async Task A_valid_id_is_kept()
    {
        var given = $"portable-{Guid.NewGuid():n}";
        var answer = await Target.SendAsync(HttpMethod.Get, "/xnai/api/v1/health", null, (Id, given), Cancel);
        CollectionAssert.AreEqual(new[] { given }, answer.Header(Id).ToList(), $"{answer}");
    }

    [TestMethod]
    [Scenario("GATE-10")]
    [DataRow("two words")]
    [DataRow("<b>x</b>")]
    public async Task An_id_that_is_none_is_not_repeated(string given)
    {
        var answer = await Target.SendAsync(HttpMethod.Get, "/xnai/api/v1/health", null, (Id, given), Cancel);
        Assert.DoesNotContain(given, answer.Header(Id), $"{answer}");
    }

    [TestMethod]
    [Scenario("GATE-06")]
    [DataRow("https://evil.invalid")]
    [DataRow("null")]
    public async Task A_foreign_origin_may_not_read_answers(string origin)
    {
        var answer = await Target.SendAsync(HttpMethod.Get, "/xnai/api/v1/health", null, ("Origin", origin), Cancel);
        Assert.IsEmpty(answer.Header("Access-Control-Allow-Origin"), $"{answer}");
        Assert.IsEmpty(answer.Header("Access-Control-Allow-Credentials"), $"{answer}");
    }

    // A gateway that takes 100 MB from somebody has less for others meanwhile.
    [TestMethod]
    [TestCategory(Attachment.Hurts)]
    [Scenario("GATE-18")]
    public async Task A_body_above_the_limit_is_413()
    {
        // Who means to refuse it does so before it is sent.
        var answer = await Target.SendAsync(HttpMethod.Post, Query, new ByteArrayContent(new byte[(100 * 1024 * 1024) + 1]), ("Expect", "100-continue"), Cancel);
        Assert.AreEqual(413, answer.Status, $"{answer}");
    }

    // Of the gateway itself, of services, and of each class of errors that a caller can cause.
    private async Task<IReadOnlyList<Answer>> EveryKindAsync() =>
    [
        await Target.GetAsync("/health", Cancel),
        await Target.GetAsync("/", Cancel),
        await Target.GetAsync("/docs/", Cancel),
        await Target.GetAsync("/xnai/api/v1/health", Cancel),
        await Target.GetAsync("/xnai/api/v1/none", Cancel),
        await Target.SendAsync(HttpMethod.Post, Query, JsonContent.Create(new { query = string.Empty }), null, Cancel),
    ];
}
