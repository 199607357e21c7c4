using System.Net;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Polly.CircuitBreaker;
using XoeNovAi.Gateway.Breakers;

namespace XoeNovAi.Gateway.Tests;

/// <summary>Event streams of a backend that dies in the middle of them.</summary>
[TestClass]
public sealed class EventStreamTests : GatewayTest
{
    private const string Events = "id: 1\ndata: {\"type\":\"token\",\"content\":\"a\"}\n\nid: 2\ndata: {\"type\":\"token\",\"content\":\"b\"}";

    [TestMethod]
    [Scenario("STRM-03")]
    [DataRow("", 0, ArgumentsDisplayName = "before the first event")]
    [DataRow(Events + "\n\n", 2, ArgumentsDisplayName = "LF LF")]
    [DataRow(Events + "\r\n\r\n", 2, ArgumentsDisplayName = "CR LF CR LF")]
    [DataRow(Events + "\r\r", 2, ArgumentsDisplayName = "CR CR")]
    [DataRow(Events + "\n\r\n", 2, ArgumentsDisplayName = "LF CR LF")]
    [DataRow(Events + "\n\n: are you there\n\n", 2, ArgumentsDisplayName = "behind a comment")]
    public async Task A_stream_that_is_cut_between_events_ends_with_one_that_says_so(string sent, int count)
    {
        await using var cut = await CutBackend.StartAsync(sent, "text/event-stream");
        await using var gateway = await TestGateway.StartAsync(cut.Backend);

        using var response = await gateway.Client.GetAsync("/x", HttpCompletionOption.ResponseHeadersRead, Cancel);
        await using var body = await response.Content.ReadAsStreamAsync(Cancel);
        var before = await ReadAsync(body, sent.Length);
        cut.Now();
        using var whole = new MemoryStream();
        whole.Write(before);
        await body.CopyToAsync(whole, Cancel);

        Assert.AreEqual(HttpStatusCode.OK, response.StatusCode);
        Assert.AreEqual(sent, Encoding.UTF8.GetString(before), "what came before the cut is as it was");
        whole.Position = 0;
        var parser = SseParser.Create(whole);
        var events = parser.Enumerate().ToList();
        Assert.HasCount(count + 1, events);
        Assert.AreEqual("error", events[^1].EventType);
        Assert.AreEqual(count == 0 ? string.Empty : "2", parser.LastEventId, "who comes back asks for what follows the last event of the service");
        using var problem = JsonDocument.Parse(events[^1].Data);
        Assert.AreEqual("error", problem.RootElement.GetProperty("type").GetString());
        Assert.AreEqual("test broke off its answer.", problem.RootElement.GetProperty("error").GetString());
        Assert.AreEqual(502, problem.RootElement.GetProperty("status").GetInt32());
        Assert.AreEqual("test", problem.RootElement.GetProperty("service").GetString());
        Assert.AreEqual(response.Headers.GetValues("X-Request-ID").Single(), problem.RootElement.GetProperty("request_id").GetString());
    }

    [TestMethod]
    [Scenario("STRM-03")]
    [DataRow(Events, "text/event-stream", null, null, ArgumentsDisplayName = "within a line")]
    [DataRow(Events + "\n", "text/event-stream", null, null, ArgumentsDisplayName = "behind a line")]
    [DataRow(Events + "\r\n", "text/event-stream", null, null, ArgumentsDisplayName = "behind a line of CR LF")]
    [DataRow(Events + "\n\n", "text/event-stream", null, "gzip", ArgumentsDisplayName = "compressed")]
    [DataRow(Events + "\n\n", "text/event-stream", 1000, null, ArgumentsDisplayName = "of a known length")]
    [DataRow(Events + "\n\n", "text/event-streams", null, null, ArgumentsDisplayName = "another type")]
    [DataRow(Events + "\n\n", "text/plain", null, null, ArgumentsDisplayName = "no events")]
    public async Task Where_nothing_can_be_added_the_caller_sees_the_cut(string sent, string type, int? length, string? encoding)
    {
        await using var cut = await CutBackend.StartAsync(sent, type, length, encoding);
        await using var gateway = await TestGateway.StartAsync(cut.Backend);

        using var response = await gateway.Client.GetAsync("/x", HttpCompletionOption.ResponseHeadersRead, Cancel);
        await using var body = await response.Content.ReadAsStreamAsync(Cancel);
        var before = await ReadAsync(body, sent.Length);
        cut.Now();

        Assert.AreEqual(sent, Encoding.UTF8.GetString(before));
        await Assert.ThrowsAsync<IOException>(async () => _ = await body.ReadAsync(new byte[1], Cancel));
    }

    [TestMethod]
    [Scenario("STRM-03")]
    [Scenario("GATE-09")]
    public async Task Streams_that_are_cut_open_the_breaker()
    {
        await using var cut = await CutBackend.StartAsync(Events + "\n\n", "text/event-stream");
        var settings = new TestSettings(cut.Backend);
        settings["Breaker"] = new JsonObject { ["MinimumRequests"] = 2 };
        await using var gateway = await TestGateway.StartAsync(settings);
        using var one = await gateway.Client.GetAsync("/x", HttpCompletionOption.ResponseHeadersRead, Cancel);
        using var two = await gateway.Client.GetAsync("/x", HttpCompletionOption.ResponseHeadersRead, Cancel);
        foreach (var response in (HttpResponseMessage[])[one, two])
        {
            await ReadAsync(await response.Content.ReadAsStreamAsync(Cancel), Events.Length + 2);
        }

        cut.Now();

        // An attempt is judged when it is over, which is after the caller has read its end.
        await Eventually.HoldsAsync(
            "the breaker is open",
            TimeSpan.FromSeconds(10),
            _ => Task.FromResult(gateway.Service<BreakerRegistry>().All.Single().State),
            static state => state == CircuitState.Open,
            static state => state.ToString(),
            Cancel);
    }

    // A reset overtakes what is still on its way: what was sent must be here before the cut.
    private async Task<byte[]> ReadAsync(Stream body, int length)
    {
        var read = new byte[length];
        await body.ReadExactlyAsync(read, Cancel);
        return read;
    }

    /// <summary>A backend that begins a stream and breaks it off when the test says so.</summary>
    private sealed class CutBackend : IAsyncDisposable
    {
        private readonly TaskCompletionSource _now = new(TaskCreationOptions.RunContinuationsAsynchronously);

        private CutBackend(TestBackend backend) => Backend = backend;

        public TestBackend Backend { get; }

        public static async Task<CutBackend> StartAsync(string sent, string type, int? length = null, string? encoding = null)
        {
            var cut = new CutBackend(await TestBackend.StartAsync());
            cut.Backend.Answer = async context =>
            {
                context.Response.ContentType = type;
                context.Response.ContentLength = length;
                context.Response.Headers.ContentEncoding = encoding is null ? StringValues.Empty : encoding;
                await context.Response.StartAsync();
                await context.Response.WriteAsync(sent);
                await context.Response.Body.FlushAsync();
                await cut._now.Task;
                context.Abort();
            };
            return cut;
        }

        public void Now() => _now.TrySetResult();

        public ValueTask DisposeAsync()
        {
            Now();
            return Backend.DisposeAsync();
        }
    }
}
