using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using StackExchange.Redis;
using XoeNovAi.Hosting.Testing.Spans;

namespace XoeNovAi.IntegrationTests.Data;

/// <summary>The stop reaches every service of the bus, and holds until it is lifted.</summary>
[TestClass]
public sealed class EmergencyStopTests : StackTest
{
    private const string Bus = "xnai:agent_bus";
    private const string Channel = "agent-bus:control";
    private const string Stop = "emergency_stop";
    private const string Resume = "emergency_resume";
    private const string Kept = "xnai:emergency";
    private const int Trimming = 1300;
    private static readonly TimeSpan Reach = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly (string Resource, string Target)[] Services =
    [
        ("rag-1", "/xnai/api/v1/query"), ("rag-2", "/xnai/api/v1/query"), ("memory-bank", "/mcp"), ("oikos", "/oikos/iris/route"),
    ];

    private static readonly string[] Restarted = ["oikos", "curation-worker"];
    private static readonly string[] Reached = ["curation-worker", "memory-bank", "oikos", "rag-1", "rag-2"];

    protected override IReadOnlyList<string> Touches => ["rag-1", "rag-2", "memory-bank", "oikos", "curation-worker", "redis"];

    [TestMethod]
    [Scenario("RED-03")]
    [DataRow(Bus)]
    [DataRow(Channel)]
    public async Task An_emergency_stop_reaches_every_service_within_a_second_and_holds_until_it_is_lifted(string way)
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(await Stack.RedisAsync(Cancel));
        using var trace = Stack.StartTrace($"emergency stop by {way}");
        var task = Guid.NewGuid();
        DateTime lifted;
        try
        {
            await TellAsync(redis, way, Stop);
            var sent = Stopwatch.GetTimestamp();
            await Task.WhenAll(Services.Select(s => RefusesAsync(s.Resource, s.Target, sent)));
            await HeardAsync(trace.TraceId, Stop, way);

            // The worker has heard it as well by now: it leaves what comes after.
            await redis.GetDatabase().StreamAddAsync(
                "xnai:task_updates", [new("type", "curate"), new("task_id", task.ToString()), new("query", "what"), new("tokens", 1)]);
            using var health = await Stack.Gateway.GetAsync("/xnai/api/v1/health", Cancel);
            Assert.AreEqual(HttpStatusCode.OK, health.StatusCode, "The health check answers, or Consul would take everybody out.");
        }
        finally
        {
            lifted = await TimeAsync(redis);
            await TellAsync(redis, way, Resume);
        }

        await HeardAsync(trace.TraceId, Resume, way);
        trace.End();
        var written = await RowAsync(task);
        Assert.IsGreaterThanOrEqualTo(lifted, written, "the worker has worked while everything was stopped");
        await Stack.ReadyAsync(Cancel);
        using var client = Stack.CreateClient("rag-1");
        using var answer = await client.PostAsJsonAsync("/xnai/api/v1/query", new { query = "Are you there again?" }, Cancel);
        Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode);
    }

    /// <summary>Neither what comes after it on the bus nor a new start of those who heard it makes anybody forget.</summary>
    [TestMethod]
    [Timeout(180_000, CooperativeCancellation = true)]
    [Scenario("RED-03")]
    [DataRow(Bus, false)]
    [DataRow(Channel, false)]
    [DataRow(Channel, true)]
    public async Task An_emergency_stop_outlives_the_trimming_of_the_bus_and_new_starts(string way, bool isFull)
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(await Stack.RedisAsync(Cancel));
        var database = redis.GetDatabase();
        using var trace = Stack.StartTrace($"emergency stop by {way}");
        var task = Guid.NewGuid();
        DateTime lifted;
        try
        {
            await using (isFull ? await FullRedis.BeginAsync(Stack, Cancel) : null)
            {
                await TellAsync(redis, way, Stop);
                await HeardAsync(trace.TraceId, Stop, way);
                await KeptAsync(database, Stop);
            }

            await Task.WhenAll(Enumerable.Range(0, Trimming).Select(_ => database.StreamAddAsync(Bus, [new("type", "note")], maxLength: 1000)));
            Assert.IsEmpty((await database.StreamRangeAsync(Bus)).Where(static e => e["type"] == Stop), "It has been trimmed.");
            await database.StreamAddAsync("xnai:task_updates", [new("type", "curate"), new("task_id", task.ToString()), new("query", "what"), new("tokens", 1)]);

            await Task.WhenAll(Restarted.Select(service => Stack.Commands.RestartAsync(service, Cancel)));
            using var oikos = Stack.CreateClient("oikos");
            using var refused = await oikos.PostAsJsonAsync("/oikos/iris/route", new { problem = "Do you work?" }, Cancel);
            Assert.AreEqual(HttpStatusCode.ServiceUnavailable, refused.StatusCode, "It begins stopped.");
            Assert.IsNull(await database.KeyTimeToLiveAsync(Kept), "What expires may be evicted.");
        }
        finally
        {
            lifted = await TimeAsync(redis);
            await TellAsync(redis, way, Resume);
        }

        // Who began anew may have come to the channel only after that was said there: it finds it kept.
        await KeptAsync(database, Resume);
        Assert.IsGreaterThanOrEqualTo(lifted, await RowAsync(task), "the worker began anew and has worked while everything was stopped");
        using var again = Stack.CreateClient("oikos");
        await Eventually.HoldsAsync(
            "oikos works again",
            Limit,
            async token =>
            {
                using var answer = await again.PostAsJsonAsync("/oikos/iris/route", new { problem = "Do you work?" }, token);
                return answer.StatusCode;
            },
            static status => status == HttpStatusCode.OK,
            static status => $"{status}",
            Cancel);
        await Stack.ReadyAsync(Cancel);
    }

    /// <summary>An older word does not take the place of a newer one, whoever tells it late.</summary>
    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    [Scenario("RED-03")]
    public async Task The_last_word_is_kept_whichever_way_it_came()
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(await Stack.RedisAsync(Cancel));
        using var trace = Stack.StartTrace("words of both ways");
        foreach (var (way, type) in new[] { (Channel, Stop), (Bus, Resume), (Bus, Stop), (Channel, Resume) })
        {
            await TellAsync(redis, way, type);
            await HeardAsync(trace.TraceId, type, way);
            await KeptAsync(redis.GetDatabase(), type);
        }

        await Stack.ReadyAsync(Cancel);
    }

    private Task KeptAsync(IDatabase database, string type)
        => Eventually.HoldsAsync($"{type} is kept", Limit, async _ => (await database.HashGetAsync(Kept, "type")).ToString(), kept => kept == type, static kept => kept, Cancel);

    // Redis' own clock is the database's: both are this machine's.
    private static async Task<DateTime> TimeAsync(ConnectionMultiplexer redis)
    {
        var now = (RedisValue[])(await redis.GetDatabase().ExecuteAsync("TIME"))!;
        return DateTime.UnixEpoch.AddSeconds((long)now[0]).AddMicroseconds((long)now[1]);
    }

    private static async Task TellAsync(ConnectionMultiplexer redis, string way, string type)
    {
        var parent = Activity.Current!.Id!;
        if (way == Bus)
        {
            await redis.GetDatabase().StreamAddAsync(Bus, [new("sender", "suite"), new("type", type), new("traceparent", parent)]);
        }
        else
        {
            await redis.GetSubscriber().PublishAsync(RedisChannel.Literal(Channel), JsonSerializer.Serialize(new { type, traceparent = parent }));
        }
    }

    private async Task RefusesAsync(string resource, string target, long sent)
    {
        using var client = Stack.CreateClient(resource);
        var body = await Eventually.HoldsAsync(
            $"{resource} refuses work",
            Reach - Stopwatch.GetElapsedTime(sent),
            async token =>
            {
                using var response = await client.PostAsJsonAsync(target, new { query = "Do you still work?" }, token);
                return response.StatusCode == HttpStatusCode.ServiceUnavailable ? await response.Content.ReadAsStringAsync(token) : string.Empty;
            },
            static body => body.Length > 0,
            static _ => "an answer",
            Cancel);
        Assert.Contains("\"error_code\":\"EMERGENCY_STOP\"", body);
    }

    private Task HeardAsync(string trace, string type, string way)
        => Eventually.HoldsAsync(
            $"every service has heard of {type}",
            Limit,
            token => Stack.Telemetry.SpansAsync(trace, token),
            spans => Reached.All(service => spans.Any(s => s.Service == service && s.Name == $"{type} {way}")),
            static all => SpanTree.Draw(all, []),
            Cancel);

    private Task<DateTime> RowAsync(Guid task)
        => Eventually.HoldsAsync(
            $"task {task} has its row",
            Limit,
            async token => await Stack.ScalarAsync("SELECT created_at FROM curation_log WHERE task_id = $1", token, task) as DateTime? ?? default,
            static time => time != default,
            static _ => "no row",
            Cancel);
}
