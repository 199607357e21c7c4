using System.Text.Json;
using XoeNovAi.IntegrationTests.Contract;
using XoeNovAi.IntegrationTests.Streaming;

namespace XoeNovAi.IntegrationTests.Portable;

/// <summary>What the contract says of streams and rooms, through any gateway.</summary>
[TestClass]
[TestCategory(Attachment.Portable)]
[TestCategory("Quick")]
public sealed class StreamContractTests : PortableTest
{
    private const string Question = "one two three four five six seven eight nine ten";

    [TestMethod]
    [Scenario("STRM-01")]
    [DataRow("POST")]
    [DataRow("GET")]
    public async Task A_stream_is_events_from_sources_to_done(string method)
    {
        using var stream = await OpenAsync(method);
        Assert.AreEqual("text/event-stream", stream.Response.Content.Headers.ContentType?.MediaType);
        var types = (await stream.AllAsync(Cancel)).Select(static e => e.Type).ToList();
        Assert.IsGreaterThan(2, types.Count, string.Join(", ", types));
        Assert.AreEqual("sources", types[0], string.Join(", ", types));
        Assert.AreEqual("done", types[^1], string.Join(", ", types));
        Assert.IsTrue(types.Skip(1).SkipLast(1).All(static t => t == "token"), string.Join(", ", types));
    }

    // What is held back on the way arrives all at once, when the service has long been at it.
    [TestMethod]
    [Scenario("STRM-01")]
    public async Task Events_come_while_the_service_makes_them()
    {
        using var stream = await OpenAsync("POST");
        var events = await stream.AllAsync(Cancel);
        var spread = events[^1].At - events[0].At;
        TestContext.WriteLine($"{events.Count} events, the first after {events[0].At.TotalMilliseconds:0} ms, the last {spread.TotalMilliseconds:0} ms after it");
        Assert.IsGreaterThan(events[^1].At / 2, spread, $"{events.Count} events in {spread.TotalMilliseconds:0} of the {events[^1].At.TotalMilliseconds:0} ms that all took");
    }

    [TestMethod]
    [Scenario("STRM-04")]
    [DataRow("""{"type":"ping"}""", "pong")]
    [DataRow("""{"type":"status"}""", "status_response")]
    [DataRow("""{"type":"task","correlation_id":"portable","payload":{}}""", "task_ack")]
    [DataRow("""{"type":"broadcast","payload":{}}""", "broadcast_ack")]
    [DataRow("{", "error")]
    public async Task A_message_in_a_room_is_answered(string message, string answer)
    {
        await using var agent = await RoomClient.EnterAsync(Target.Address, Room(), "alice", Cancel);
        await agent.SendAsync(message, Cancel);
        using var heard = await agent.ReceiveAsync(answer, Cancel);
        Assert.AreEqual(answer, RoomClient.Type(heard));
    }

    [TestMethod]
    [Scenario("STRM-04")]
    public async Task Who_is_in_the_room_hears_a_broadcast()
    {
        var room = Room();
        var said = Guid.NewGuid().ToString("n");
        await using var alice = await RoomClient.EnterAsync(Target.Address, room, "alice", Cancel);
        await using var bob = await RoomClient.EnterAsync(Target.Address, room, "bob", Cancel);
        await alice.SendAsync(JsonSerializer.Serialize(new { type = "broadcast", payload = new { said } }), Cancel);
        using var acknowledged = await alice.ReceiveAsync("broadcast_ack", Cancel);
        using var heard = await bob.ReceiveAsync(Cancel);
        Assert.Contains(said, heard.RootElement.GetRawText());
    }

    [TestMethod]
    [Scenario("STRM-04")]
    public async Task The_rooms_are_counted()
        => Shape.Has((await Target.GetAsync("/xnai/api/v1/ws/stats", Cancel)).Json(), "total_connections:number", "total_rooms:number");

    private static string Room() => $"portable-{Guid.NewGuid():n}";

    private Task<RagStream> OpenAsync(string method)
        => method == "POST" ? RagStream.PostAsync(Target.Gateway, Question, null, Cancel) : RagStream.GetAsync(Target.Gateway, Question, null, Cancel);
}
