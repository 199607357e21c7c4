using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using XoeNovAi.IntegrationTests.Security;

namespace XoeNovAi.IntegrationTests.Portable;

/// <summary>What somebody tries who means no good, and has only the gateway's address.</summary>
[TestClass]
[TestCategory(Attachment.Portable)]
[TestCategory("Quick")]
public sealed partial class SecurityContractTests : PortableTest
{
    private const int Requests = 60;
    private const int Seed = 20260323;
    private const string Hidden = "0\r\n\r\nGET /health HTTP/1.1\r\nHost: hidden\r\nConnection: close\r\n\r\n";

    private static readonly string[] Provoking =
    [
        "/xnai/api/v1/none", "/xnai/api/v1/stream", "/xnai/api/v1/stream?query=%00", "/xnai/api/v1/query", "/xnai/api/v1/ws/a/b", "/oikos/none", "/chat/none", "/vikunja/none",
        "/docs/none", "/assets/none", "/static/none", "/none", "/metrics", "/health", "/xnai/api/v1/health", "/%00", "/xnai/api/v1/%ff", "/docs/%2e%2e/%2e%2e/etc/passwd", "/docs/..%2f..%2f..%2fetc%2fpasswd",
    ];

    [TestMethod]
    [Scenario("SEC-02")]
    [DataRow("/xnai/api/v1/query", "query", "max_tokens,temperature,top_p")]
    [DataRow("/xnai/api/v1/search", "query", "top_k,min_score,alpha")]
    public async Task A_malformed_body_is_refused_and_breaks_nothing(string path, string required, string numbers)
    {
        TestContext.WriteLine($"Seed {Seed}");
        var input = new MalformedInput(Seed);
        var wrong = new List<string>();
        for (var i = 0; i < Requests; i++)
        {
            var (body, type, what) = input.Body(required, 2000, numbers.Split(','));
            using var content = new ByteArrayContent(body) { Headers = { ContentType = MediaTypeHeaderValue.Parse(type) } };
            var answer = await Target.SendAsync(HttpMethod.Post, path, content, null, Cancel);
            if (answer.Status is < 400 or >= 500)
            {
                wrong.Add($"{i}, {what}: {answer}");
            }
        }

        Assert.IsEmpty(wrong, string.Join(Environment.NewLine, wrong));
    }

    [TestMethod]
    [Scenario("SEC-03")]
    [Scenario("GATE-17")]
    public async Task No_answer_tells_a_secret_a_stack_trace_or_a_path_of_the_host()
    {
        var told = new List<string>();
        foreach (var path in Provoking)
        {
            // Written by hand: a client would take the dots out.
            var answer = await RawHttp.GetAsync(Target.Address, path, null, Cancel);
            told.AddRange(Telling().Matches(answer.Body).Select(m => $"{path}: {m.Value}"));
        }

        Assert.IsEmpty(told, string.Join(Environment.NewLine, told));
    }

    [TestMethod]
    [Scenario("GATE-18")]
    [DataRow("Content-Length: 4\r\nContent-Length: 5\r\n", "abcde", ArgumentsDisplayName = "two lengths")]
    [DataRow("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", Hidden, ArgumentsDisplayName = "length and chunked")]
    [DataRow("Transfer-Encoding: xchunked\r\n", Hidden, ArgumentsDisplayName = "an encoding nobody knows")]
    [DataRow("Transfer-Encoding : chunked\r\n", Hidden, ArgumentsDisplayName = "a space before the colon")]
    [DataRow("X-A: a\0b\r\n", "", ArgumentsDisplayName = "a null in a header")]
    public async Task An_ambiguous_request_is_refused_and_hides_no_other(string head, string body)
    {
        var answer = await RawHttp.SendAsync(Target.Address, $"POST /docs/ HTTP/1.1\r\nHost: {Target.Address.Authority}\r\n{head}\r\n{body}", Cancel);
        Assert.IsInRange(400, 501, answer.Status, answer.Body);
        Assert.DoesNotContain("HTTP/1.1 ", answer.Body, "What was hidden in the body is answered.");
    }

    [TestMethod]
    [Scenario("SEC-02")]
    [DataRow("'; DROP TABLE audit_log; --")]
    [DataRow("{{7*7}} ${7*7} $(id) `id`")]
    [DataRow("<script>alert(1)</script>")]
    public async Task Words_are_words_whatever_else_they_could_be(string words)
    {
        var answer = await Target.SendAsync(HttpMethod.Post, "/xnai/api/v1/search", JsonContent.Create(new { query = words }), null, Cancel);
        Assert.AreEqual(200, answer.Status, $"{answer}");
        Assert.AreEqual("application/json", answer.Type, $"{answer}");
        Assert.AreEqual(words, answer.Json().GetProperty("query").GetString());
    }

    // Of .NET, Python and Go; of what stands in connection strings; of a host's folders.
    [GeneratedRegex(@"\n\s+at [\w.]+\(|Traceback \(most recent|goroutine \d+ \[|(?i:password|passwd|pwd)\s*[=:]\s*\S+|root:x:0:0|(?:/home/|/root/|/usr/(?:share|lib|src)/|/var/lib/)[\w./-]+", RegexOptions.None, 1000)]
    private static partial Regex Telling();
}
