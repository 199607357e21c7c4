using System.Net.Sockets;
using System.Text;

namespace XoeNovAi.Gateway.Tests;

/// <summary>What no client would send, written to the socket by hand. Each is answered with an error, and others are served meanwhile.</summary>
[TestClass]
public sealed class HostileTests : GatewayTest
{
    private const string Head = "POST /x HTTP/1.1\r\nHost: gateway\r\n";
    private const string Smuggled = "0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: gateway\r\n\r\n";

    [TestMethod]
    [Scenario("GATE-18")]
    [DataRow(Head + "Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde", 400, false, ArgumentsDisplayName = "two lengths")]
    [DataRow(Head + "Content-Length: 4, 4\r\n\r\nabcd", 400, false, ArgumentsDisplayName = "a list of lengths")]
    [DataRow(Head + "Content-Length: -1\r\n\r\n", 400, false, ArgumentsDisplayName = "a negative length")]
    [DataRow(Head + "Content-Length: 0x4\r\n\r\nabcd", 400, false, ArgumentsDisplayName = "a hexadecimal length")]
    [DataRow(Head + "Content-Length: 99999999999999999999\r\n\r\n", 400, false, ArgumentsDisplayName = "a length beyond numbers")]
    [DataRow(Head + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n" + Smuggled, 400, false, ArgumentsDisplayName = "length and chunked")]
    [DataRow(Head + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n" + Smuggled, 400, false, ArgumentsDisplayName = "chunked and length")]
    [DataRow(Head + "Transfer-Encoding: xchunked\r\n\r\n" + Smuggled, 400, false, ArgumentsDisplayName = "an encoding nobody knows")]
    [DataRow(Head + "Transfer-Encoding: chunked, identity\r\n\r\n" + Smuggled, 400, false, ArgumentsDisplayName = "chunked not last")]
    [DataRow(Head + "Transfer-Encoding: identity\r\n\r\n" + Smuggled, 400, false, ArgumentsDisplayName = "no chunked")]
    [DataRow(Head + "Transfer-Encoding : chunked\r\n\r\n" + Smuggled, 400, false, ArgumentsDisplayName = "a space before the colon")]
    [DataRow(Head + "Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n" + Smuggled, 400, false, ArgumentsDisplayName = "two encodings")]
    [DataRow(Head + " Transfer-Encoding: chunked\r\n\r\n" + Smuggled, 400, false, ArgumentsDisplayName = "a folded line")]
    [DataRow(Head + "Transfer-Encoding: chunked\r\n\r\nZ\r\nabcd\r\n0\r\n\r\n", 400, true, ArgumentsDisplayName = "a chunk length that is none")]
    [DataRow(Head + "Transfer-Encoding: chunked\r\n\r\n-1\r\nabcd\r\n0\r\n\r\n", 400, true, ArgumentsDisplayName = "a negative chunk")]
    [DataRow(Head + "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\nabcd\r\n0\r\n\r\n", 400, true, ArgumentsDisplayName = "a chunk beyond numbers")]
    [DataRow(Head + "Transfer-Encoding: chunked\r\n\r\n4\r\nabcdXX0\r\n\r\n", 400, true, ArgumentsDisplayName = "a chunk longer than it says")]
    [DataRow("GET /x HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, false, ArgumentsDisplayName = "two hosts")]
    [DataRow("GET /x HTTP/1.1\r\n\r\n", 400, false, ArgumentsDisplayName = "no host")]
    [DataRow("GET /x HTTP/1.1\r\nHost: a b\r\n\r\n", 400, false, ArgumentsDisplayName = "a host with a space")]
    [DataRow("GET /x HTTP/1.1\r\nHost: gateway\r\nX-A: a\0b\r\n\r\n", 400, false, ArgumentsDisplayName = "a null in a header")]
    [DataRow("GET /x HTTP/1.1\r\nHost: gateway\r\nX A: b\r\n\r\n", 400, false, ArgumentsDisplayName = "a space in a name")]
    [DataRow("GET /x HTTP/1.1\r\nHost: gateway\r\nno colon\r\n\r\n", 400, false, ArgumentsDisplayName = "a header without a colon")]
    [DataRow("GET /x HTTP/1.1\r\nHost: gateway\r\nX-A: a\rb\r\n\r\n", 400, false, ArgumentsDisplayName = "a bare CR in a header")]
    [DataRow("GET /a\0b HTTP/1.1\r\nHost: gateway\r\n\r\n", 400, false, ArgumentsDisplayName = "a null in the target")]
    [DataRow("GET /a%00b HTTP/1.1\r\nHost: gateway\r\n\r\n", 400, false, ArgumentsDisplayName = "an encoded null in the target")]
    [DataRow("GET /a b HTTP/1.1\r\nHost: gateway\r\n\r\n", 400, false, ArgumentsDisplayName = "a space in the target")]
    [DataRow("GET x HTTP/1.1\r\nHost: gateway\r\n\r\n", 400, false, ArgumentsDisplayName = "a target without a slash")]
    [DataRow("G(T /x HTTP/1.1\r\nHost: gateway\r\n\r\n", 400, false, ArgumentsDisplayName = "a method that is none")]
    [DataRow("GET /x HTTP/3.7\r\nHost: gateway\r\n\r\n", 505, false, ArgumentsDisplayName = "a version there is not")]
    [DataRow("CONNECT elsewhere:80 HTTP/1.1\r\nHost: elsewhere:80\r\nConnection: close\r\n\r\n", 400, false, ArgumentsDisplayName = "a tunnel")]
    [DataRow("OPTIONS * HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n", 400, false, ArgumentsDisplayName = "the asterisk")]
    [DataRow("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400, false, ArgumentsDisplayName = "TLS on the plain port")]
    public async Task Unreadable_or_ambiguous_requests_are_refused_and_reach_nobody(string request, int status, bool begun)
    {
        await using var backend = await TestBackend.StartAsync();
        await using var gateway = await TestGateway.StartAsync(backend);

        var answer = await RawHttp.SendAsync(gateway.Address, request, Cancel);

        TestContext.WriteLine($"{answer.Status} {answer.Body}");
        Assert.AreEqual(status, answer.Status, answer.Body);
        SecurityHeaders.Check(answer);
        CheckReached(backend, begun);
        await ServesOthersAsync(gateway);
    }

    [TestMethod]
    [Scenario("GATE-18")]
    public async Task A_path_that_is_encoded_thousands_of_times_is_not_decoded_as_often()
    {
        await using var backend = await TestBackend.StartAsync();
        await using var gateway = await TestGateway.StartAsync(backend);

        var answer = await RawHttp.GetAsync(gateway.Address, $"/%{string.Concat(Enumerable.Repeat("25", 3500))}", null, Cancel);

        Assert.AreEqual(400, answer.Status);
        Assert.IsEmpty(backend.Begun);
    }

    [TestMethod]
    [Scenario("GATE-18")]
    [DataRow(8 * 1024, 1, 414, ArgumentsDisplayName = "a target of 8 KB")]
    [DataRow(10, 101, 431, ArgumentsDisplayName = "101 headers")]
    [DataRow(10, 33, 431, ArgumentsDisplayName = "headers of 33 KB")]
    public async Task Oversized_heads_are_refused(int target, int headers, int status)
    {
        await using var backend = await TestBackend.StartAsync();
        await using var gateway = await TestGateway.StartAsync(backend);
        var value = new string('v', headers == 33 ? 1024 : 1);
        var head = new StringBuilder($"GET /{new string('a', target)} HTTP/1.1\r\nHost: gateway\r\n");
        for (var i = 0; i < headers; i++)
        {
            head.Append(System.Globalization.CultureInfo.InvariantCulture, $"X-H{i}: {value}\r\n");
        }

        var answer = await RawHttp.SendAsync(gateway.Address, head.Append("\r\n").ToString(), Cancel);

        Assert.AreEqual(status, answer.Status);
        SecurityHeaders.Check(answer);
        CheckReached(backend, begun: false);
        await ServesOthersAsync(gateway);
    }

    [TestMethod]
    [Scenario("GATE-18")]
    [DataRow("GET /x HTTP/1.1\r\nHost: gat", 408, false, ArgumentsDisplayName = "half a head")]
    [DataRow("POST /x HTTP/1.1\r\nHost: gateway\r\nContent-Length: 100000\r\n\r\nabc", 408, true, ArgumentsDisplayName = "the beginning of a body")]
    [DataRow("POST /x HTTP/1.1\r\nHost: gateway\r\nTransfer-Encoding: chunked\r\n\r\nfff\r\nabc", 408, true, ArgumentsDisplayName = "the beginning of a chunk")]
    public async Task Those_who_do_not_go_on_sending_are_sent_away(string request, int status, bool begun)
    {
        await using var backend = await TestBackend.StartAsync();
        var settings = new TestSettings(backend);
        settings["HeadersTimeout"] = "00:00:01";
        await using var gateway = await TestGateway.StartAsync(settings);

        var answer = await RawHttp.SendAsync(gateway.Address, request, Cancel);

        Assert.AreEqual(status, answer.Status, answer.Body);
        SecurityHeaders.Check(answer);
        CheckReached(backend, begun);
        await ServesOthersAsync(gateway);
    }

    [TestMethod]
    [Scenario("GATE-18")]
    public async Task Many_that_stall_hold_up_nobody()
    {
        await using var backend = await TestBackend.StartAsync();
        await using var gateway = await TestGateway.StartAsync(backend);
        var stalled = new List<TcpClient>();
        try
        {
            for (var i = 0; i < 200; i++)
            {
                var client = new TcpClient();
                stalled.Add(client);
                await client.ConnectAsync(gateway.Address.Host, gateway.Address.Port, Cancel);
                await client.GetStream().WriteAsync("POST /x HTTP/1.1\r\nHost: gateway\r\nContent-Length: 100\r\n\r\na"u8.ToArray(), Cancel);
            }

            await ServesOthersAsync(gateway);
        }
        finally
        {
            stalled.ForEach(static client => client.Dispose());
        }
    }

    // A body is handed on while it comes: when it turns out to be none, the service has seen the beginning of one request, and no more.
    private static void CheckReached(TestBackend backend, bool begun)
    {
        Assert.IsEmpty(backend.Seen, "no backend has received a whole request");
        // Looked at once: a head that may arrive can do so at any moment.
        var heads = backend.Begun;
        if (begun && heads.Count == 1)
        {
            Assert.AreEqual(new SeenHead("POST", "/x"), heads[0]);
        }
        else
        {
            Assert.IsEmpty(heads);
        }
    }

    private async Task ServesOthersAsync(TestGateway gateway)
    {
        using var client = gateway.CreateClient();
        using var response = await client.GetAsync("/others", Cancel);
        Assert.IsTrue(response.IsSuccessStatusCode, "others are served");
    }
}
