using System.Text;

namespace XoeNovAi.Gateway.Tests;

/// <summary>Headers pass as they are, but for those a service could take for the gateway's.</summary>
[TestClass]
public sealed class HeaderTests : GatewayTest
{
    [TestMethod]
    [Scenario("FLT-06")]
    [DataRow("X_Auth_Subject")]
    [DataRow("x-auth_subject")]
    [DataRow("X.Auth.Subject")]
    [DataRow("X~AUTH~METHOD")]
    [DataRow("X_Auth_Anything")]
    [DataRow("X_Forwarded_For")]
    [DataRow("X_FORWARDED_HOST")]
    [DataRow("X-Forwarded_Prefix")]
    [DataRow("x_real_ip")]
    [DataRow("X_Original_URL")]
    [DataRow("X_Rewrite_Url")]
    [DataRow("X_Request_ID")]
    [DataRow("X_API_Key")]
    [DataRow("Idempotency_Key")]
    [DataRow("Content_Length")]
    [DataRow("Transfer_Encoding")]
    [DataRow("X-Auth-Subject")]
    [DataRow("Forwarded")]
    [DataRow("Proxy")]
    public async Task What_folds_to_a_trusted_name_does_not_pass(string name)
    {
        await using var backend = await TestBackend.StartAsync();
        await using var gateway = await TestGateway.StartAsync(backend);

        var answer = await RawHttp.SendAsync(gateway.Address, $"GET /x HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n{name}: planted\r\nX_Other: passes\r\n\r\n", Cancel);

        Assert.AreEqual(200, answer.Status, answer.Body);
        var seen = backend.Seen.Single().Headers;
        Assert.DoesNotContain("planted", string.Join(' ', seen.Values));
        Assert.AreEqual("passes", seen["X_Other"]);
    }

    [TestMethod]
    [Scenario("FLT-06")]
    [DataRow("Content-Disposition: attachment; filename=\"Größe ✓.pdf\"", true)]
    [DataRow("X-Name: M\u00fcller", false)]
    [DataRow("Location: /suche/grün", true)]
    [DataRow("Set-Cookie: a=ü", true)]
    [DataRow("Content-Language: \u00e4", false)]
    public async Task Headers_of_answers_pass_byte_for_byte(string header, bool utf8)
    {
        var wire = utf8 ? Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(header)) : header;
        await using var backend = RawBackend.Saying($"HTTP/1.1 302 Found\r\n{wire}\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
        await using var gateway = await StartAsync(backend);

        var answer = await RawHttp.SendAsync(gateway.Address, "GET /x HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n", Cancel);

        Assert.AreEqual(302, answer.Status, answer.Body);
        Assert.AreEqual(wire[(wire.IndexOf(' ', StringComparison.Ordinal) + 1)..], answer.Headers[wire[..wire.IndexOf(':', StringComparison.Ordinal)]]);
        Assert.AreEqual("ok", answer.Body);
    }

    [TestMethod]
    [Scenario("FLT-06")]
    [DataRow("204 No Content\r\nContent-Length: 0", 204, null)]
    [DataRow("204 No Content\r\nContent-Length: 7", 204, null)]
    [DataRow("304 Not Modified\r\nContent-Length: 1234\r\nETag: \"x\"", 304, "1234")]
    public async Task Answers_without_a_body_are_whole(string head, int status, string? length)
    {
        await using var backend = RawBackend.Saying($"HTTP/1.1 {head}\r\nConnection: close\r\n\r\n");
        await using var gateway = await StartAsync(backend);

        // Both on one connection: what is left of the first would be read as the second.
        var answer = await RawHttp.SendAsync(gateway.Address, "GET /x HTTP/1.1\r\nHost: gateway\r\n\r\nGET /y HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n", Cancel);

        Assert.AreEqual(status, answer.Status, answer.Body);
        Assert.AreEqual(length, answer.Headers.GetValueOrDefault("Content-Length"));
        Assert.AreEqual(status, RawAnswer.Parse(answer.Body).Status, answer.Body);
        Assert.AreEqual(string.Empty, RawAnswer.Parse(answer.Body).Body);
    }

    [TestMethod]
    [Scenario("FLT-06")]
    public async Task Trailers_of_HTTP_1_end_here_and_are_not_announced()
    {
        await using var backend = new RawBackend(async (socket, head, cancel) =>
        {
            await RawBackend.SendAsync(socket, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\nConnection: close\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 42\r\n\r\n", cancel);
            socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
            await RawBackend.DrainAsync(socket, cancel);
        });
        await using var gateway = await StartAsync(backend);

        var answer = await RawHttp.SendAsync(
            gateway.Address, "POST /x HTTP/1.1\r\nHost: gateway\r\nTransfer-Encoding: chunked\r\nTrailer: X-Auth-Subject\r\nConnection: close\r\n\r\n1\r\na\r\n0\r\nX-Auth-Subject: planted\r\n\r\n", Cancel);

        Assert.AreEqual(200, answer.Status, answer.Body);
        Assert.EndsWith("\r\n0\r\n\r\n", answer.Body);
        Assert.IsFalse(answer.Headers.ContainsKey("Trailer"), "what is announced would be waited for");
        Assert.DoesNotContain("planted", backend.Heads.Single());
        Assert.DoesNotContain("Trailer", backend.Heads.Single());
    }

    private static Task<TestGateway> StartAsync(RawBackend backend)
    {
        var settings = new TestSettings(backend.Address);
        return TestGateway.StartAsync(settings);
    }
}
