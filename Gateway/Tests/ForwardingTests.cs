using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;

namespace XoeNovAi.Gateway.Tests;

/// <summary>Requests and answers pass as they are.</summary>
[TestClass]
public sealed class ForwardingTests : GatewayTest
{
    private const int Megabyte = 1024 * 1024;

    [TestMethod]
    [Scenario("GATE-02")]
    [DataRow("GET")]
    [DataRow("HEAD")]
    [DataRow("POST")]
    [DataRow("PUT")]
    [DataRow("PATCH")]
    [DataRow("DELETE")]
    [DataRow("OPTIONS")]
    [DataRow("PROPFIND")]
    [DataRow("QUERY")]
    public async Task Every_method_arrives(string method)
    {
        await using var backend = await TestBackend.StartAsync();
        await using var gateway = await TestGateway.StartAsync(backend);

        using var request = new HttpRequestMessage(new(method), "/x");
        using var response = await gateway.Client.SendAsync(request, Cancel);

        Assert.AreEqual(HttpStatusCode.OK, response.StatusCode);
        Assert.AreEqual(method, backend.Seen.Single().Method);
    }

    [TestMethod]
    [Scenario("GATE-02")]
    [DataRow(0, false)]
    [DataRow(1, false)]
    [DataRow(65_536, false)]
    [DataRow(100 * Megabyte, false)]
    [DataRow(0, true)]
    [DataRow(1, true)]
    [DataRow(100 * Megabyte, true)]
    public async Task A_body_arrives_whole_and_comes_back_whole(int length, bool chunked)
    {
        await using var backend = await TestBackend.StartAsync();
        var body = new byte[length];
        Random.Shared.NextBytes(body);
        backend.Answer = context => context.Response.Body.WriteAsync(body).AsTask();
        await using var gateway = await TestGateway.StartAsync(backend);

        using var request = new HttpRequestMessage(HttpMethod.Post, "/x") { Content = new ByteArrayContent(body) };
        request.Headers.TransferEncodingChunked = chunked;
        using var response = await gateway.Client.SendAsync(request, Cancel);
        var answer = await response.Content.ReadAsByteArrayAsync(Cancel);

        var seen = backend.Seen.Single();
        Assert.AreEqual(length, seen.BodyLength);
        Assert.AreEqual(Convert.ToHexString(SHA256.HashData(body)), seen.BodyDigest);
        Assert.AreEqual(chunked ? "chunked" : length.ToString(System.Globalization.CultureInfo.InvariantCulture), seen.Headers[chunked ? "Transfer-Encoding" : "Content-Length"]);
        Assert.AreEqual(Convert.ToHexString(SHA256.HashData(body)), Convert.ToHexString(SHA256.HashData(answer)));
    }

    [TestMethod]
    [Scenario("GATE-02")]
    [DataRow(false)]
    [DataRow(true)]
    public async Task A_body_above_the_limit_is_413(bool chunked)
    {
        await using var backend = await TestBackend.StartAsync();
        var settings = new TestSettings(backend);
        settings["MaximumBodyBytes"] = 1000;
        await using var gateway = await TestGateway.StartAsync(settings);

        using var request = new HttpRequestMessage(HttpMethod.Post, "/x") { Content = new ByteArrayContent(new byte[1001]) };
        request.Headers.TransferEncodingChunked = chunked;
        using var response = await gateway.Client.SendAsync(request, Cancel);

        Assert.AreEqual(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Contains("\"status\":413", await response.Content.ReadAsStringAsync(Cancel));
        Assert.IsEmpty(backend.Seen, "no backend sees a whole request");
    }

    [TestMethod]
    [Scenario("GATE-02")]
    public async Task Headers_pass_both_ways_but_for_those_of_one_hop()
    {
        await using var backend = await TestBackend.StartAsync();
        backend.Answer = context =>
        {
            context.Response.Headers["X-Answer"] = new(["one", "two"]);
            context.Response.Headers.SetCookie = new(["a=1; Path=/", "b=2; HttpOnly"]);
            context.Response.Headers["Keep-Alive"] = "timeout=5";
            context.Response.Headers["Proxy-Authenticate"] = "Basic";
            context.Response.StatusCode = 299;
            return Task.CompletedTask;
        };
        await using var gateway = await TestGateway.StartAsync(backend);

        var answer = await RawHttp.SendAsync(
            gateway.Address,
            "GET /x HTTP/1.1\r\nHost: example.test:81\r\nConnection: close\r\nKeep-Alive: timeout=1\r\nProxy-Connection: keep-alive\r\nTE: gzip\r\nX-Kept: a, b\r\nCookie: c=d\r\nUser-Agent: me\r\nAuthorization: Bearer of-the-backend\r\n\r\n",
            Cancel);

        var seen = backend.Seen.Single().Headers;
        Assert.AreEqual(299, answer.Status);
        Assert.AreEqual("a, b", seen["X-Kept"]);
        Assert.AreEqual("c=d", seen["Cookie"]);
        Assert.AreEqual("me", seen["User-Agent"]);
        Assert.AreEqual("example.test:81", seen["Host"]);
        Assert.AreEqual("Bearer of-the-backend", seen["Authorization"], "an open route's credentials are the backend's");
        foreach (var hop in (string[])["Keep-Alive", "Proxy-Connection", "TE", "Connection", "Transfer-Encoding"])
        {
            Assert.IsFalse(seen.ContainsKey(hop), $"{hop} is for one hop");
        }

        Assert.IsTrue(answer.Headers.ContainsKey("X-Answer"));
        Assert.IsTrue(answer.Headers.ContainsKey("Set-Cookie"));
        Assert.IsFalse(answer.Headers.ContainsKey("Keep-Alive"));
        Assert.IsFalse(answer.Headers.ContainsKey("Server"), "the backend's Server is not shown either");
    }

    [TestMethod]
    [Scenario("GATE-02")]
    public async Task A_header_that_Connection_names_is_for_one_hop()
    {
        await using var backend = await TestBackend.StartAsync();
        await using var gateway = await TestGateway.StartAsync(backend);

        using var request = new HttpRequestMessage(HttpMethod.Get, "/x");
        request.Headers.TryAddWithoutValidation("Connection", "X-Hop, X-Request-ID");
        request.Headers.TryAddWithoutValidation("X-Hop", "1");
        using var response = await gateway.Client.SendAsync(request, Cancel);

        Assert.IsFalse(backend.Seen.Single().Headers.ContainsKey("X-Hop"));
        Assert.IsTrue(backend.Seen.Single().Headers.ContainsKey("X-Request-ID"), "what the gateway needs cannot be named away");
    }

    [TestMethod]
    [Scenario("GATE-02")]
    public async Task A_header_that_an_answers_Connection_names_is_for_one_hop()
    {
        await using var backend = RawBackend.Saying("HTTP/1.1 200 OK\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\nX-End: 2\r\nContent-Length: 0\r\n\r\n");
        await using var gateway = await TestGateway.StartAsync(new TestSettings(backend.Address));

        using var response = await gateway.Client.GetAsync("/x", Cancel);

        Assert.IsFalse(response.Headers.Contains("X-Hop"));
        Assert.AreEqual("2", response.Headers.GetValues("X-End").Single());
    }

    [TestMethod]
    [Scenario("GATE-02")]
    [DataRow("GET")]
    [DataRow("DELETE")]
    public async Task A_request_that_only_says_what_its_body_would_be_has_none(string method)
    {
        await using var backend = await TestBackend.StartAsync();
        await using var gateway = await TestGateway.StartAsync(backend);

        var answer = await RawHttp.SendAsync(gateway.Address, $"{method} /x HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\nContent-Type: application/json\r\n\r\n", Cancel);

        Assert.AreEqual(200, answer.Status);
        var seen = backend.Seen.Single();
        Assert.AreEqual("application/json", seen.Headers["Content-Type"]);
        Assert.IsFalse(seen.Headers.ContainsKey("Transfer-Encoding"), "there is nothing to be sent in chunks");
    }

    [TestMethod]
    [Scenario("GATE-16")]
    public async Task Content_negotiation_compression_and_conditions_are_the_backends()
    {
        await using var backend = await TestBackend.StartAsync();
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write("hearth"u8);
        }

        backend.Answer = context =>
        {
            context.Response.Headers.ETag = "W/\"1\"";
            context.Response.Headers.Vary = "Accept, Accept-Encoding";
            if (context.Request.Headers.IfNoneMatch == "W/\"1\"")
            {
                context.Response.StatusCode = 304;
                return Task.CompletedTask;
            }

            context.Response.Headers.ContentEncoding = "gzip";
            context.Response.ContentType = "application/json; charset=utf-8";
            return context.Response.Body.WriteAsync(packed.ToArray()).AsTask();
        };
        await using var gateway = await TestGateway.StartAsync(backend);

        using var request = new HttpRequestMessage(HttpMethod.Get, "/x");
        request.Headers.TryAddWithoutValidation("Accept", "application/json;q=0.9, */*;q=0.1");
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "gzip, br;q=0.5");
        request.Headers.TryAddWithoutValidation("Accept-Language", "de, en;q=0.5");
        request.Headers.TryAddWithoutValidation("Range", "bytes=0-9");
        using var response = await gateway.Client.SendAsync(request, Cancel);
        using var again = new HttpRequestMessage(HttpMethod.Get, "/x");
        again.Headers.TryAddWithoutValidation("If-None-Match", "W/\"1\"");
        using var unchanged = await gateway.Client.SendAsync(again, Cancel);

        var seen = backend.Seen[0].Headers;
        Assert.AreEqual("application/json;q=0.9, */*;q=0.1", seen["Accept"]);
        Assert.AreEqual("gzip, br;q=0.5", seen["Accept-Encoding"]);
        Assert.AreEqual("de, en;q=0.5", seen["Accept-Language"]);
        Assert.AreEqual("bytes=0-9", seen["Range"]);
        CollectionAssert.AreEqual(packed.ToArray(), await response.Content.ReadAsByteArrayAsync(Cancel));
        Assert.AreEqual("gzip", response.Content.Headers.ContentEncoding.Single());
        Assert.AreEqual(HttpStatusCode.NotModified, unchanged.StatusCode);
        Assert.AreEqual("W/\"1\"", unchanged.Headers.ETag!.ToString());
    }
}
