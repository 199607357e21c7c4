using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Polly.CircuitBreaker;
using XoeNovAi.Gateway.Breakers;
using XoeNovAi.Gateway.Configuration;
using XoeNovAi.Gateway.Health;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Model;

namespace XoeNovAi.Gateway.Tests;

/// <summary>What one caller does is not charged to the instances all others need.</summary>
[TestClass]
public sealed class WhoseFaultTests : GatewayTest
{
    private const int Times = 40;
    private const int Megabyte = 1024 * 1024;

    [TestMethod]
    [Scenario("FLT-01")]
    [DataRow("Cookie: name=José", true)]
    [DataRow("X-Name: Müller ✓", true)]
    [DataRow("User-Agent: Größe", true)]
    [DataRow("X-Name: M\u00fcller", false)]
    [DataRow("Referer: http://x/\u0080\u009f\u00ff", false)]
    [DataRow("Content-Disposition: attachment; filename=ü", false)]
    [DataRow("Accept-Language: \u00e4", false)]
    [DataRow("If-Modified-Since: gestern\u00e4", false)]
    public async Task Headers_pass_byte_for_byte(string header, bool utf8)
    {
        await using var backend = RawBackend.Saying("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        await using var gateway = await StartAsync(backend.Address);
        var wire = utf8 ? Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(header)) : header;

        foreach (var body in (string[])["", "Content-Length: 0\r\n", "Content-Length: 3\r\n"])
        {
            for (var i = 0; i < Times; i++)
            {
                var answer = await RawHttp.SendAsync(gateway.Address, $"POST /x HTTP/1.1\r\nHost: gateway\r\n{wire}\r\n{body}Connection: close\r\n\r\n{(body.Contains('3', StringComparison.Ordinal) ? "abc" : "")}", Cancel);
                Assert.AreEqual(200, answer.Status, answer.Body);
            }
        }

        Assert.IsTrue(backend.Heads.All(head => head.Contains($"\r\n{wire}\r\n", StringComparison.Ordinal)), backend.Heads[0]);
        CheckClosed(gateway);
    }

    [TestMethod]
    [Scenario("FLT-01")]
    [DataRow("POST /x HTTP/1.1\r\nHost: g\r\nContent-Length: 100000\r\n\r\nabc", ArgumentsDisplayName = "less than it promised")]
    [DataRow("POST /x HTTP/1.1\r\nHost: g\r\nContent-Length: 10\r\n\r\nabc", ArgumentsDisplayName = "less than a little")]
    [DataRow("POST /x HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\nfff\r\nabc", ArgumentsDisplayName = "half a chunk")]
    [DataRow("POST /x HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\nZ\r\nabc", ArgumentsDisplayName = "no chunk")]
    [DataRow("PUT /x HTTP/1.1\r\nHost: g\r\nIdempotency-Key: k\r\nContent-Length: 10\r\n\r\nabc", ArgumentsDisplayName = "less of what may be repeated")]
    [DataRow("GET /slow HTTP/1.1\r\nHost: g\r\n\r\n", ArgumentsDisplayName = "no patience")]
    [DataRow("GET /big HTTP/1.1\r\nHost: g\r\n\r\n", ArgumentsDisplayName = "leaving within the answer")]
    [DataRow("GET /events HTTP/1.1\r\nHost: g\r\n\r\n", ArgumentsDisplayName = "leaving a stream")]
    [DataRow("GET /x HTTP/1.1\r\nHost: g\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x\r\n\r\n", ArgumentsDisplayName = "no key of a socket")]
    [DataRow("GET /socket HTTP/1.1\r\nHost: g\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n\u00ff\u00ff\u00ff\u00ff", ArgumentsDisplayName = "no frame of a socket")]
    public async Task A_caller_that_breaks_off_or_sends_rubbish_is_nobodys_fault(string request)
    {
        await using var backend = await TestBackend.StartAsync(map: app => app.Map("/socket", TestBackend.EchoMessagesAsync));
        backend.Answer = static async context =>
        {
            switch (context.Request.Path)
            {
                case "/slow":
                    await Task.Delay(Timeout.Infinite, context.RequestAborted);
                    break;
                case "/events":
                    context.Response.ContentType = "text/event-stream";
                    await context.Response.Body.FlushAsync();
                    await Task.Delay(Timeout.Infinite, context.RequestAborted);
                    break;
                case "/big":
                    await context.Response.Body.WriteAsync(new byte[20 * Megabyte], context.RequestAborted);
                    break;
            }
        };
        await using var gateway = await StartAsync(backend.Address);

        for (var i = 0; i < Times; i++)
        {
            using var client = new TcpClient { LingerState = new(true, 0) };
            await client.ConnectAsync(gateway.Address.Host, gateway.Address.Port, Cancel);
            var begun = backend.Begun.Count;
            await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(request), Cancel);
            if (request.StartsWith("GET", StringComparison.Ordinal) && !request.Contains("socket", StringComparison.Ordinal))
            {
                await Eventually.HoldsAsync("it has arrived", TimeSpan.FromSeconds(5), _ => Task.FromResult(backend.Begun.Count), count => count > begun, static count => $"{count}", Cancel);
            }
            else if (request.Contains("socket", StringComparison.Ordinal) || request.Contains('Z', StringComparison.Ordinal))
            {
                await client.GetStream().ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false, Cancel);
            }
        }

        await CheckOthersAsync(gateway);
    }

    [TestMethod]
    [Scenario("FLT-01")]
    public async Task An_upload_that_a_service_closes_the_door_on_is_not_charged_to_it()
    {
        await using var backend = new RawBackend((_, head, cancel) => Task.CompletedTask);
        await using var gateway = await StartAsync(backend.Address);

        for (var i = 0; i < Times; i++)
        {
            var answer = await Uploader.SendAsync(gateway.Address, 50 * Megabyte, 50 * Megabyte, string.Empty, Cancel);
            Assert.AreEqual(502, answer.Status, answer.Body);
        }

        CheckClosed(gateway);
    }

    [TestMethod]
    [Scenario("FLT-01")]
    [DataRow(400)]
    [DataRow(404)]
    [DataRow(413)]
    [DataRow(429)]
    [DataRow(500)]
    [DataRow(503)]
    public async Task A_request_that_every_instance_answers_with_an_error_takes_none_out(int status)
    {
        await using var one = await TestBackend.StartAsync("one");
        await using var two = await TestBackend.StartAsync("two");
        foreach (var backend in (TestBackend[])[one, two])
        {
            backend.Answer = context =>
            {
                context.Response.StatusCode = context.Request.Path == "/poison" ? status : 200;
                return context.Response.WriteAsync(backend.Name);
            };
        }

        await using var gateway = await TestGateway.StartAsync(one, two);
        for (var i = 0; i < Times; i++)
        {
            using var response = await gateway.Client.GetAsync("/poison", Cancel);
            Assert.AreEqual(status, (int)response.StatusCode);

            // Were all of them left out, all would be tried again, and nobody would notice.
            Assert.AreNotEqual(DestinationHealth.Unhealthy, HealthOf(gateway).Max(), $"none is left out after {i + 1} requests");
        }

        string[] answers = [await gateway.Client.GetStringAsync("/x", Cancel), await gateway.Client.GetStringAsync("/x", Cancel)];
        CollectionAssert.AreEquivalent((string[])["one", "two"], answers, "both are still asked");
        CheckClosed(gateway);
    }

    [TestMethod]
    [Scenario("FLT-01")]
    public void Where_a_window_has_just_begun_the_one_before_counts_for_comparisons()
    {
        var time = new SetTime();
        var options = new HealthOptions();
        var window = new AnswerWindow();
        for (var i = 0; i < options.MinimumRequests; i++)
        {
            window.Add(failed: true, options, time);
        }

        time.Advance(options.Window + TimeSpan.FromSeconds(1));
        Assert.AreEqual(1, window.FailureShare(options, time), "nothing was asked since");
        Assert.IsNull(window.Add(failed: false, options, time));
        Assert.AreEqual((double)options.MinimumRequests / (options.MinimumRequests + 1), window.FailureShare(options, time), "one answer is not enough to judge by");
        for (var i = 1; i < options.MinimumRequests; i++)
        {
            window.Add(failed: false, options, time);
        }

        Assert.AreEqual(0, window.FailureShare(options, time));
        time.Advance(2 * options.Window + TimeSpan.FromSeconds(1));
        Assert.IsNull(window.FailureShare(options, time), "what is long ago says nothing");
    }

    [TestMethod]
    [Scenario("FLT-01")]
    [DataRow("GET", false)]
    [DataRow("POST", false)]
    [DataRow("GET", true)]
    [DataRow("POST", true)]
    public async Task What_is_the_instances_own_opens_its_breaker(string method, bool rubbish)
    {
        await using var backend = new RawBackend(async (socket, _, cancel) =>
        {
            socket.LingerState = new(!rubbish, 0);
            if (rubbish)
            {
                await RawBackend.SendAsync(socket, "no HTTP\r\n\r\n", cancel);
            }
        });
        await using var gateway = await StartAsync(backend.Address);

        for (var i = 0; i < 10; i++)
        {
            using var request = new HttpRequestMessage(new(method), "/x") { Content = method == "POST" ? new StringContent("body") : null };
            using var response = await gateway.Client.SendAsync(request, Cancel);
            Assert.AreEqual(HttpStatusCode.BadGateway, response.StatusCode);
        }

        Assert.IsTrue(gateway.Service<BreakerRegistry>().All.All(static breaker => breaker.State == CircuitState.Open));
    }

    private static Task<TestGateway> StartAsync(Uri backend)
    {
        var settings = new TestSettings(backend);
        settings["HeadersTimeout"] = "00:00:05";
        return TestGateway.StartAsync(settings);
    }

    private async Task CheckOthersAsync(TestGateway gateway)
    {
        for (var i = 0; i < 5; i++)
        {
            using var response = await gateway.Client.GetAsync("/others", Cancel);
            Assert.AreEqual(HttpStatusCode.OK, response.StatusCode, "others are served");
        }

        CheckClosed(gateway);
    }

    private static IEnumerable<DestinationHealth> HealthOf(TestGateway gateway) =>
        gateway.Service<IProxyStateLookup>().GetClusters().SelectMany(static cluster => cluster.Destinations.Values).Select(static destination => destination.Health.Passive);

    private static void CheckClosed(TestGateway gateway) =>
        Assert.IsTrue(gateway.Service<BreakerRegistry>().All.All(static breaker => breaker.State == CircuitState.Closed), "no breaker has opened");
}
