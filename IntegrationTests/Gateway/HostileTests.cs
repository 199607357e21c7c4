using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using XoeNovAi.Hosting.Testing.Spans;
using XoeNovAi.IntegrationTests.Harness.Telemetry;

namespace XoeNovAi.IntegrationTests.Gateway;

/// <summary>What no client would send, to the stack's gateway. Gateway/Tests has many more of the kind.</summary>
[TestClass]
public sealed class HostileTests : StackTest
{
    private const int Stalled = 100;
    private const string Smuggled = "0\r\n\r\nGET /oikos/smuggled HTTP/1.1\r\nHost: gateway\r\n\r\n";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private static readonly (string What, string Head, string Body, int Status)[] Requests =
    [
        ("two lengths", "Content-Length: 4\r\nContent-Length: 5\r\n", "abcde", 400),
        ("length and chunked", "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", Smuggled, 400),
        ("chunked and length", "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", Smuggled, 400),
        ("an encoding nobody knows", "Transfer-Encoding: xchunked\r\n", Smuggled, 400),
        ("chunked not last", "Transfer-Encoding: chunked, identity\r\n", Smuggled, 400),
        ("a space before the colon", "Transfer-Encoding : chunked\r\n", Smuggled, 400),
        ("a folded line", " Transfer-Encoding: chunked\r\n", Smuggled, 400),
        ("two hosts", "Host: other\r\n", "", 400),
        ("a null in a header", "X-A: a\0b\r\n", "", 400),
        ("a header without a colon", "no colon\r\n", "", 400),
        ("headers of 33 KB", string.Concat(Enumerable.Range(0, 33).Select(static i => $"X-H{i}: {new string('v', 1024)}\r\n")), "", 431),
        ("101 headers", string.Concat(Enumerable.Range(0, 101).Select(static i => $"X-H{i}: v\r\n")), "", 431),
        ("a body of more than 100 MB", "Content-Length: 104857601\r\n", "", 413),
    ];

    protected override IReadOnlyList<string> Touches => ["gateway", "oikos"];

    [TestMethod]
    [Scenario("GATE-18")]
    public async Task Ambiguous_and_oversized_requests_are_refused_and_none_reaches_a_service()
    {
        using var trace = Stack.StartTrace("hostile requests");
        var parent = Activity.Current!.Id;
        var wrong = new List<string>();
        foreach (var (what, head, body, status) in Requests)
        {
            var answer = await RawHttp.SendAsync(Stack.GatewayAddress, $"POST /oikos/x HTTP/1.1\r\nHost: gateway\r\ntraceparent: {parent}\r\n{head}\r\n{body}", Cancel);
            if (answer.Status != status || answer.Body.Contains("HTTP/1.1 200", StringComparison.Ordinal))
            {
                wrong.Add($"{what}: {answer.Status}, not {status}: {answer.Body}");
            }
        }

        // Comes last, so that it is there when all before it are; what a service had seen would be too.
        _ = await RawHttp.GetAsync(Stack.GatewayAddress, "/oikos/last", parent, Cancel);
        trace.End();
        var spans = await Eventually.HoldsAsync(
            "the last request has been told of", Limit, token => Stack.Telemetry.SpansAsync(trace.TraceId, token), static all => all.Any(static s => s.Service == "oikos"), static all => SpanTree.Draw(all, []), Cancel);

        Assert.IsEmpty(wrong, string.Join(Environment.NewLine, wrong));
        Assert.AreEqual(1, spans.Count(static s => s.Service is not ("gateway" or TestTelemetry.ServiceName)), $"Only the last request reaches a service:{Environment.NewLine}{SpanTree.Draw(spans, [])}");
    }

    // The gateway streams: what came before the broken chunk is on its way by then. The service sees one request, and sees it cut.
    [TestMethod]
    [Scenario("GATE-18")]
    public async Task A_body_that_breaks_on_the_way_is_400_and_what_follows_it_is_no_request()
    {
        var answer = await RawHttp.SendAsync(
            Stack.GatewayAddress,
            $"POST /oikos/x HTTP/1.1\r\nHost: gateway\r\n{Echo.Header}: 1\r\nTransfer-Encoding: chunked\r\n\r\nZ\r\n{Smuggled}",
            Cancel);

        Assert.AreEqual(400, answer.Status, answer.Body);
        Assert.DoesNotContain("HTTP/1.1", answer.Body, "the connection closes");
        using var others = await Stack.Gateway.GetAsync("/health", Cancel);
        Assert.IsTrue(others.IsSuccessStatusCode, "others are served");
    }

    [TestMethod]
    [Scenario("GATE-18")]
    public async Task Those_who_stall_are_sent_away_and_hold_up_nobody()
    {
        await using var gateway = await ExtraGateway.StartAsync(Stack, new Dictionary<string, string> { ["Gateway__HeadersTimeout"] = "00:00:02" }, Cancel);
        await gateway.AnswersAsync("/oikos/who", 200, Cancel);
        var address = gateway.Client.BaseAddress!;
        var stalled = new List<TcpClient>();
        try
        {
            for (var i = 0; i < Stalled; i++)
            {
                var client = new TcpClient();
                stalled.Add(client);
                await client.ConnectAsync(address.Host, address.Port, Cancel);
                await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(i % 2 == 0 ? "GET /oikos/x HTTP/1.1\r\nHost: gat" : "POST /oikos/x HTTP/1.1\r\nHost: gateway\r\nContent-Length: 9\r\n\r\na"), Cancel);
            }

            using var others = await gateway.Client.GetAsync("/oikos/who", Cancel);
            Assert.IsTrue(others.IsSuccessStatusCode, "others are served meanwhile");
            using var reader = new StreamReader(stalled[0].GetStream(), Encoding.ASCII, leaveOpen: true);
            Assert.AreEqual("HTTP/1.1 408 Request Timeout", await reader.ReadLineAsync(Cancel).AsTask().WaitAsync(Limit, Cancel));
        }
        finally
        {
            stalled.ForEach(static client => client.Dispose());
        }
    }
}
