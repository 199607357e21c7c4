using System.Diagnostics;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace XoeNovAi.IntegrationTests.Streaming;

[TestClass]
[TestCategory("Quick")]
public sealed class RoomTests : StackTest
{
    private const int Largest = 1024 * 1024;
    private const int Sockets = 100;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    protected override IReadOnlyList<string> Touches => ["gateway", "rag-1", "rag-2", "curation-worker"];

    [TestMethod]
    [Scenario("STRM-04")]
    [DataRow("""{"type":"ping"}""", "pong")]
    [DataRow("""{"type":"status"}""", "status_response")]
    [DataRow("""{"type":"task","correlation_id":"c-1","payload":{"do":"this"}}""", "task_ack")]
    [DataRow("""{"type":"broadcast","payload":{"say":"this"}}""", "broadcast_ack")]
    [DataRow("""{"type":"dance"}""", "warning")]
    [DataRow("""{"type":7}""", "error")]
    [DataRow("""[]""", "error")]
    [DataRow("""{"type":"ping" """, "error")]
    [DataRow("", "error")]
    [DataRow("""{"type":"\ud800"}""", "error")]
    public async Task A_message_has_its_answer_and_the_socket_goes_on(string message, string answer)
    {
        var name = $"alice-{Guid.NewGuid():n}";
        await using var agent = await RoomClient.EnterAsync(Stack, NewRoom(), name, Cancel);
        await agent.SendAsync(message, Cancel);
        using (var received = await agent.ReceiveAsync(Cancel))
        {
            Assert.AreEqual(answer, RoomClient.Type(received), received.RootElement.GetRawText());
            if (answer == "task_ack")
            {
                Assert.AreEqual("c-1", received.RootElement.GetProperty("correlation_id").GetString());
                Assert.IsTrue(received.RootElement.GetProperty("success").GetBoolean());
                await TakenAsync(name, """{"do":"this"}""");
            }
        }

        await agent.SendAsync("""{"type":"ping"}""", Cancel);
        using var pong = await agent.ReceiveAsync(Cancel);
        Assert.AreEqual("pong", RoomClient.Type(pong));
    }

    /// <summary>What is acknowledged is kept: what cannot be is refused, and the answer names the field.</summary>
    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    [Scenario("STRM-04")]
    [DataRow("type", """ "type":"ta\u0000sk" """)]
    [DataRow("type", """ "type":"a b" """)]
    [DataRow("type", """ "type":"ping","type":"" """)]
    [DataRow("type", """ "type":"x23456789x23456789x23456789x23456789x23456789x23456789x23456789xy" """)]
    [DataRow("target", """ "type":"task","target":"a\u0000b" """)]
    [DataRow("target", """ "type":"task","target":"a b" """)]
    [DataRow("target", """ "type":"task","target":"" """)]
    [DataRow("target", """ "type":"task","target":7 """)]
    [DataRow("target", """ "type":"task","target":"\ud800" """)]
    [DataRow("target", """ "type":"task","target":"x23456789x23456789x23456789x23456789x23456789x23456789x23456789xy" """)]
    [DataRow("correlation_id", """ "type":"task","correlation_id":"a\u0000" """)]
    [DataRow("correlation_id", """ "type":"task","correlation_id":"a\nb" """)]
    [DataRow("correlation_id", """ "type":"task","correlation_id":{} """)]
    [DataRow("payload", """ "type":"task","payload":"\u0000" """)]
    [DataRow("payload", """ "type":"task","payload":{"a":[{"b":"\u0000"}]} """)]
    [DataRow("payload", """ "type":"task","payload":{"a":{"\u0000":1}} """)]
    [DataRow("payload", """ "type":"task","payload":{"a":["\udc00"]} """)]
    [DataRow("payload", """ "type":"broadcast","payload":["\u0000"] """)]
    [DataRow("payload", """ "type":"broadcast","payload":"\ud800" """)]
    public async Task A_field_that_cannot_be_kept_is_an_error_that_names_it_and_is_not_acknowledged(string field, string message)
    {
        var name = $"alice-{Guid.NewGuid():n}";
        await using var agent = await RoomClient.EnterAsync(Stack, NewRoom(), name, Cancel);
        await agent.SendAsync($"{{{message}}}", Cancel);
        using (var refused = await agent.ReceiveAsync(Cancel))
        {
            Assert.AreEqual("error", RoomClient.Type(refused), refused.RootElement.GetRawText());
            Assert.Contains($"'{field}'", refused.RootElement.GetProperty("message").GetString()!);
        }

        // What was taken before it would have its row by the time this has.
        await agent.SendAsync("""{"type":"task","payload":"good"}""", Cancel);
        (await agent.ReceiveAsync("task_ack", Cancel)).Dispose();
        await TakenAsync(name, "\"good\"");
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    [Scenario("STRM-04")]
    [DataRow('x', 64 * 1024)]
    [DataRow('灶', 25 * 1024)]
    public async Task A_task_has_at_most_64_KB(char character, int times)
    {
        await using var agent = await RoomClient.EnterAsync(Stack, NewRoom(), "agent", Cancel);
        await agent.SendAsync($$"""{"type":"task","payload":"{{new string(character, times)}}"}""", Cancel);
        using var refused = await agent.ReceiveAsync(Cancel);
        Assert.AreEqual("error", RoomClient.Type(refused));
        Assert.Contains("'payload'", refused.RootElement.GetProperty("message").GetString()!);
    }

    [TestMethod]
    [Scenario("STRM-04")]
    public async Task A_broadcast_reaches_the_room_on_every_instance_and_no_other_room()
    {
        var room = NewRoom();
        var members = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => RoomClient.EnterAsync(Stack, room, $"agent-{i}", Cancel)));
        await using var stranger = await RoomClient.EnterAsync(Stack, NewRoom(), "stranger", Cancel);
        try
        {
            var stats = await RagInstances.StatsAsync(Stack, Cancel);
            Assert.IsTrue(stats.Values.All(static s => s.TotalConnections > 0), "Both instances have members.");
            await members[0].SendAsync("""{"type":"broadcast","payload":{"say":"hello"}}""", Cancel);
            foreach (var member in members.Skip(1))
            {
                using var heard = await member.ReceiveAsync(Cancel);
                Assert.AreEqual("broadcast", RoomClient.Type(heard));
                Assert.AreEqual("agent-0", heard.RootElement.GetProperty("sender").GetString());
                Assert.AreEqual("hello", heard.RootElement.GetProperty("payload").GetProperty("say").GetString());
            }

            // Had it been told, that would come before the answer.
            await stranger.SendAsync("""{"type":"ping"}""", Cancel);
            using var next = await stranger.ReceiveAsync(Cancel);
            Assert.AreEqual("pong", RoomClient.Type(next), "Another room heard it.");
            using var acknowledged = await members[0].ReceiveAsync(Cancel);
            Assert.AreEqual("broadcast_ack", RoomClient.Type(acknowledged), "Who sends it does not hear it.");
        }
        finally
        {
            foreach (var member in members)
            {
                await member.DisposeAsync();
            }
        }
    }

    [TestMethod]
    [Scenario("STRM-04")]
    public async Task A_message_of_1_MB_arrives_whole_and_one_byte_more_closes_with_1009()
    {
        var room = NewRoom();
        await using var sender = await RoomClient.EnterAsync(Stack, room, "sender", Cancel);
        await using var hearer = await RoomClient.EnterAsync(Stack, room, "hearer", Cancel);
        var (message, payload) = Broadcast(Largest);

        await sender.SendAsync(message, Cancel);
        using (var heard = await hearer.ReceiveAsync(Cancel))
        {
            Assert.AreEqual(payload, heard.RootElement.GetProperty("payload").GetString());
        }

        using (var acknowledged = await sender.ReceiveAsync("broadcast_ack", Cancel))
        {
            Assert.AreEqual("broadcast_ack", RoomClient.Type(acknowledged));
        }

        await sender.SendAsync(Broadcast(Largest + 1).Message, Cancel);
        Assert.AreEqual(WebSocketCloseStatus.MessageTooBig, await sender.ClosedAsync(Cancel));
    }

    [TestMethod]
    [Scenario("STRM-04")]
    public async Task Each_end_of_a_socket_has_its_close_code()
    {
        var room = NewRoom();
        await using var polite = await RoomClient.EnterAsync(Stack, room, "polite", Cancel);
        Assert.AreEqual(WebSocketCloseStatus.NormalClosure, await polite.CloseAsync(WebSocketCloseStatus.NormalClosure, Cancel));

        await using var binary = await RoomClient.EnterAsync(Stack, room, "binary", Cancel);
        await binary.SendAsync([1, 2, 3], WebSocketMessageType.Binary, Cancel);
        Assert.AreEqual(WebSocketCloseStatus.InvalidMessageType, await binary.ClosedAsync(Cancel));
    }

    [TestMethod]
    [Scenario("STRM-04")]
    [DataRow(1001)]
    [DataRow(3000)]
    [DataRow(4000)]
    [DataRow(4999)]
    public async Task The_room_gives_back_the_close_code_it_was_given(int code)
    {
        await using var agent = await RoomClient.EnterAsync(Stack, NewRoom(), "agent", Cancel);
        Assert.AreEqual((WebSocketCloseStatus)code, await agent.CloseAsync((WebSocketCloseStatus)code, Cancel));
    }

    [TestMethod]
    [Scenario("STRM-04")]
    [DataRow("/xnai/api/v1/ws/room/agent")]
    [DataRow("/xnai/api/v1/ws/ro%20om/agent")]
    public async Task What_is_no_WebSocket_is_400(string target)
    {
        using var response = await Stack.Gateway.GetAsync(target, Cancel);
        Assert.AreEqual(HttpStatusCode.BadRequest, response.StatusCode);
        using var error = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancel));
        Assert.AreEqual("VALIDATION_ERROR", error.RootElement.GetProperty("error_code").GetString());
    }

    [TestMethod]
    [Scenario("STRM-05")]
    public async Task Of_a_hundred_sockets_those_that_read_do_not_notice_one_that_does_not()
    {
        const int Large = 60;
        const int Messages = 90;
        var room = NewRoom();
        var readers = await Task.WhenAll(Enumerable.Range(0, Sockets - 2).Select(i => RoomClient.EnterAsync(Stack, $"{room}-{i / 3}", $"agent-{i}", Cancel)));
        try
        {
            await using var slow = await RoomClient.EnterAsync(Stack, $"{room}-0", "slow", Cancel);
            await using var sender = await RoomClient.EnterAsync(Stack, $"{room}-0", "sender", Cancel);
            var others = readers[..3];
            var message = Broadcast(Largest).Message;
            var took = new List<TimeSpan>();
            for (var i = 0; i < Messages; i++)
            {
                var started = Stopwatch.GetTimestamp();
                var hearing = others.Select(async o => (await o.ReceiveAsync("broadcast", Cancel)).Dispose()).ToList();
                await sender.SendAsync(i < Large ? message : """{"type":"broadcast","payload":"short"}""", Cancel);
                await Task.WhenAll(hearing);
                (await sender.ReceiveAsync("broadcast_ack", Cancel)).Dispose();
                took.Add(Stopwatch.GetElapsedTime(started));
            }

            TestContext.WriteLine($"1 MB to three of a room that a slow reader is in: {new Distribution(took.Take(Large))}; short messages: {new Distribution(took.Skip(Large))}");
            await Task.WhenAll(readers.Select(async r =>
            {
                await r.SendAsync("""{"type":"ping"}""", Cancel);
                (await r.ReceiveAsync("pong", Cancel)).Dispose();
            }));

            // What its connection held, and how much it has missed.
            using var lagged = await slow.ReceiveAsync("lagged", Cancel);
            var missed = lagged.RootElement.GetProperty("missed").GetInt32();
            TestContext.WriteLine($"The slow reader missed {missed} of {Messages}.");
            Assert.IsGreaterThan(0, missed);
            Assert.IsLessThan(200, new Distribution(took.Skip(Large)).Percentile(0.9), "The others noticed.");
        }
        finally
        {
            foreach (var reader in readers)
            {
                await reader.DisposeAsync();
            }
        }
    }

    private Task TakenAsync(string sender, string payload)
        => Eventually.HoldsAsync(
            "the group agent_wavefront has taken the task up",
            Limit,
            async token => await Stack.ScalarAsync("SELECT string_agg(payload, ' and ') FROM agent_task WHERE sender = $1", token, sender) as string ?? string.Empty,
            taken => taken == payload,
            static taken => taken,
            Cancel);

    private static string NewRoom() => $"room-{Guid.NewGuid():n}";

    private static (string Message, string Payload) Broadcast(int bytes)
    {
        const string Head = """{"type":"broadcast","payload":" """;
        var payload = new string('x', bytes - Encoding.UTF8.GetByteCount(Head.TrimEnd()) - 2);
        return ($"{Head.TrimEnd()}{payload}\"}}", payload);
    }
}
