using System.Net;
using System.Net.Http.Json;
using StackExchange.Redis;
using XoeNovAi.IntegrationTests.Streaming;

namespace XoeNovAi.IntegrationTests.Data;

/// <summary>Streams are kept to about their newest thousand, by everybody who adds to them.</summary>
[TestClass]
public sealed class StreamLengthTests : StackTest
{
    // The contract's, and what Redis may leave of a node it does not throw away whole.
    private const int Most = 1000 + 100;

    // More unread than those that are left may be put behind.
    private const int Behind = 600;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    protected override IReadOnlyList<string> Touches => ["rag-1", "rag-2", "memory-bank", "curation-worker", "redis"];

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    [Scenario("RED-04")]
    [DataRow("xnai_audit_trail")]
    [DataRow("xnai:task_updates")]
    [DataRow("xnai:memory_updates")]
    [DataRow("xnai:agent_bus")]
    [DataRow("xnai:dlq:xnai:task_updates")]
    public async Task A_stream_that_is_added_to_is_trimmed(string stream)
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(await Stack.RedisAsync(Cancel));
        var database = redis.GetDatabase();
        await Task.WhenAll(Enumerable.Range(0, Most + 200).Select(_ => database.StreamAddAsync(stream, [new("type", "note")])));
        var before = await database.StreamLengthAsync(stream);
        Assert.IsGreaterThan(Most, before);

        await AddAsync(stream, database);

        await Eventually.HoldsAsync($"{stream} is trimmed", Limit, _ => database.StreamLengthAsync(stream), static length => length is <= Most and >= 1000, static length => $"{length} messages", Cancel);
        await Stack.ReadyAsync(Cancel);
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    [Scenario("RED-04")]
    [DataRow(true, ArgumentsDisplayName = "its readers are behind")]
    [DataRow(false, ArgumentsDisplayName = "it is no stream")]
    public async Task What_cannot_be_published_on_one_stream_holds_up_no_other(bool behind)
    {
        var run = Guid.NewGuid().ToString("n");
        var (held, free) = ($"probe:held:{run}", $"probe:free:{run}");
        await using var redis = await ConnectionMultiplexer.ConnectAsync(await Stack.RedisAsync(Cancel));
        var database = redis.GetDatabase();
        try
        {
            if (behind)
            {
                await Task.WhenAll(Enumerable.Range(0, Behind).Select(_ => database.StreamAddAsync(held, [new("type", "note")])));
                await database.StreamCreateConsumerGroupAsync(held, "nobody", StreamPosition.Beginning);
            }
            else
            {
                await database.StringSetAsync(held, "no stream");
            }

            foreach (var stream in (string[])[held, free])
            {
                await Stack.ScalarAsync("INSERT INTO stream_outbox (stream, fields) VALUES ($1, '{\"type\":\"probe\"}') RETURNING id", Cancel, stream);
            }

            await Eventually.HoldsAsync($"{free} has its message", Limit, _ => database.StreamLengthAsync(free), static length => length == 1, static length => $"{length} messages", Cancel);
            Assert.AreEqual(1L, await Stack.ScalarAsync("SELECT count(*) FROM stream_outbox WHERE stream = $1", Cancel, held), "The other waits.");
        }
        finally
        {
            await Stack.ScalarAsync("DELETE FROM stream_outbox WHERE stream = ANY(ARRAY[$1, $2]::text[])", CancellationToken.None, held, free);
            await database.KeyDeleteAsync([held, free]);
        }
    }

    private async Task AddAsync(string stream, IDatabase database)
    {
        switch (stream)
        {
            case "xnai:memory_updates":
                using (var agent = new MemoryAgent(Stack))
                {
                    await agent.RegisterAsync(Cancel);
                    await agent.UpdateAsync(Cancel);
                }

                break;
            case "xnai:agent_bus":
                await using (var agent = await RoomClient.EnterAsync(Stack, $"room-{Guid.NewGuid():n}", "agent", Cancel))
                {
                    await agent.SendAsync("""{"type":"task"}""", Cancel);
                    (await agent.ReceiveAsync("task_ack", Cancel)).Dispose();
                }

                break;
            case "xnai:dlq:xnai:task_updates":
                await database.StreamAddAsync("xnai:task_updates", [new("type", "curate"), new("task_id", "none")]);
                break;
            default:
                using (var response = await Stack.Gateway.PostAsJsonAsync("/xnai/api/v1/query", new { query = $"Question {Guid.NewGuid()}" }, Cancel))
                {
                    Assert.AreEqual(HttpStatusCode.OK, response.StatusCode);
                }

                break;
        }
    }
}
