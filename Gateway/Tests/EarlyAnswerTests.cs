using System.Net;
using System.Net.Sockets;
using XoeNovAi.Gateway.Breakers;

namespace XoeNovAi.Gateway.Tests;

/// <summary>A service that answers before it has read the request is heard.</summary>
[TestClass]
public sealed class EarlyAnswerTests : GatewayTest
{
    private const int Megabyte = 1024 * 1024;
    private const int Times = 20;

    private const string Refusal = "HTTP/1.1 413 Refused\r\nContent-Type: application/json\r\nContent-Length: 18\r\n\r\n{\"error\":\"toobig\"}";

    public static IEnumerable<object?[]> Refusals()
    {
        string[] ways = ["close", "wait", "hint", "pieces"];
        (long? Length, long Sent)[] bodies = [(1000, 1000), (64 * 1024, 64 * 1024), (Megabyte, Megabyte), (50 * Megabyte, 50 * Megabyte), (50 * Megabyte, Megabyte), (50 * Megabyte, 10), (null, 50 * Megabyte), (null, Megabyte)];

        // One that leaves a body it could take unread, and says nothing of the connection, would be asked again on it.
        return ways.SelectMany(way => bodies.Where(body => way != "wait" || body.Length is null or > Megabyte).Select(body => new object?[] { way, body.Length, body.Sent }));
    }

    [TestMethod]
    [Timeout(30_000, CooperativeCancellation = true)]
    [Scenario("FLT-05")]
    [DynamicData(nameof(Refusals))]
    public async Task A_refusal_reaches_the_caller_at_once(string way, long? length, long sent)
    {
        await using var backend = new RawBackend((socket, _, cancel) => RefuseAsync(socket, way, cancel));
        var settings = new TestSettings(backend.Address);
        // A refusal that is not heard would be a timeout long after this test's.
        settings["ResponseTimeout"] = "00:05:00";
        await using var gateway = await TestGateway.StartAsync(settings);

        for (var i = 0; i < Times; i++)
        {
            var answer = await Uploader.SendAsync(gateway.Address, length, sent, string.Empty, Cancel);
            Assert.AreEqual(413, answer.Status, answer.Body);
            Assert.AreEqual("""{"error":"toobig"}""", answer.Body);
            Assert.IsFalse(answer.Headers.ContainsKey("Connection"), "what ends is the connection to the service, not the caller's");
        }

        Assert.AreEqual(Polly.CircuitBreaker.CircuitState.Closed, gateway.Service<BreakerRegistry>().All.Single().State);
    }

    [TestMethod]
    [Scenario("FLT-05")]
    [DataRow(true)]
    [DataRow(false)]
    public async Task A_refusal_after_100_continue_is_heard_too(bool continues)
    {
        await using var backend = new RawBackend(async (socket, _, cancel) =>
        {
            if (continues)
            {
                await RawBackend.SendAsync(socket, "HTTP/1.1 100 Continue\r\n\r\n", cancel);
                await socket.ReceiveAsync(new byte[1000], cancel);
            }

            await RefuseAsync(socket, "wait", cancel);
        });
        await using var gateway = await StartAsync(backend);

        for (var i = 0; i < Times; i++)
        {
            var answer = await Uploader.SendAsync(gateway.Address, 50 * Megabyte, 50 * Megabyte, "Expect: 100-continue\r\n", Cancel);
            Assert.AreEqual(413, answer.Status, answer.Body);
        }
    }

    [TestMethod]
    [Scenario("FLT-05")]
    public async Task An_answer_of_success_with_which_the_service_closes_is_heard()
    {
        await using var backend = new RawBackend((socket, _, cancel) => RawBackend.SendAsync(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", cancel));
        await using var gateway = await StartAsync(backend);

        for (var i = 0; i < Times; i++)
        {
            var answer = await Uploader.SendAsync(gateway.Address, 50 * Megabyte, 50 * Megabyte, string.Empty, Cancel);
            Assert.AreEqual(200, answer.Status, answer.Body);
            Assert.AreEqual("ok", answer.Body);
        }
    }

    [TestMethod]
    [Scenario("FLT-05")]
    public async Task An_answer_of_success_that_begins_early_cuts_nothing()
    {
        const int Length = 20 * Megabyte;
        var received = new TaskCompletionSource<long>();
        await using var backend = new RawBackend(async (socket, head, cancel) =>
        {
            await RawBackend.SendAsync(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", cancel);
            var buffer = new byte[64 * 1024];
            var total = head.Length - head.IndexOf("\r\n\r\n", StringComparison.Ordinal) - 4L;
            while (total < Length)
            {
                total += await socket.ReceiveAsync(buffer, cancel);
            }

            received.SetResult(total);
            await RawBackend.SendAsync(socket, "ok", cancel);
        });
        await using var gateway = await StartAsync(backend);

        var answer = await Uploader.SendAsync(gateway.Address, Length, Length, string.Empty, Cancel);

        Assert.AreEqual(200, answer.Status, answer.Body);
        Assert.AreEqual(Length, await received.Task);
    }

    [TestMethod]
    [Scenario("FLT-05")]
    public async Task A_caller_that_listens_only_after_it_has_sent_all_is_answered_too()
    {
        await using var backend = new RawBackend((socket, _, cancel) => RefuseAsync(socket, "close", cancel));
        await using var gateway = await StartAsync(backend);

        for (var i = 0; i < Times; i++)
        {
            using var response = await gateway.Client.PostAsync("/x", new ByteArrayContent(new byte[50 * Megabyte]), Cancel);
            Assert.AreEqual(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        }
    }

    [TestMethod]
    [Scenario("FLT-05")]
    public async Task The_connection_of_an_upload_that_was_read_is_used_again()
    {
        await using var backend = await TestBackend.StartAsync();
        var connections = new System.Collections.Concurrent.ConcurrentBag<string>();
        backend.Answer = context =>
        {
            connections.Add(context.Connection.Id);
            return Task.CompletedTask;
        };
        await using var gateway = await TestGateway.StartAsync(backend);

        for (var i = 0; i < 10; i++)
        {
            using var response = await gateway.Client.PostAsync("/x", new ByteArrayContent(new byte[10_000]), Cancel);
            Assert.AreEqual(HttpStatusCode.OK, response.StatusCode);
        }

        Assert.HasCount(1, connections.Distinct(), "what was read to its end is no reason to connect again");
    }

    private static async Task RefuseAsync(Socket socket, string way, CancellationToken cancel)
    {
        var refusal = Refusal;
        switch (way)
        {
            case "hint":
                await RawBackend.SendAsync(socket, "HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n", cancel);
                break;
            case "pieces":
                await RawBackend.SendAsync(socket, refusal[..10], cancel);
                await Task.Yield();
                refusal = refusal[10..];
                break;
        }

        await RawBackend.SendAsync(socket, refusal, cancel);
        if (way == "wait")
        {
            await Task.Delay(Timeout.Infinite, cancel);
        }
    }

    private static Task<TestGateway> StartAsync(RawBackend backend)
    {
        var settings = new TestSettings(backend.Address);
        return TestGateway.StartAsync(settings);
    }
}
