using System.Globalization;
using System.Net;
using StackExchange.Redis;
using XoeNovAi.IntegrationTests.Harness.Faults;

namespace XoeNovAi.IntegrationTests.Data;

/// <summary>What Redis has acknowledged outlives its process, and its container.</summary>
[TestClass]
public sealed class RedisPersistenceTests : StackTest
{
    private const string Worker = "curation-worker";
    private const string Tasks = "xnai:task_updates";
    private const string Trail = "xnai_audit_trail";
    private const string DeadLetters = "xnai:dlq:xnai:task_updates";
    private const string RequestField = "request_id";
    private const int Queries = 30;
    private static readonly string[] Kinds = ["string", "hash", "list", "set", "sorted", "lasting"];
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    protected override IReadOnlyList<string> Touches => ["redis", "rag-1", "rag-2", Worker];

    [TestMethod]
    [Scenario("RED-08")]
    [DataRow("killed", ArgumentsDisplayName = "killed, and its container started again")]
    [DataRow("restarted", ArgumentsDisplayName = "restarted from the dashboard, in a new container")]
    public async Task What_was_acknowledged_is_there_after_Redis_was(string what)
    {
        var name = $"persistence-{Guid.NewGuid():n}";
        long letters;
        var options = await Stack.RedisAsync(Cancel);

        // To the library INFO is for administrators.
        options.AllowAdmin = true;
        await using (var redis = await ConnectionMultiplexer.ConnectAsync(options))
        {
            var database = redis.GetDatabase();
            var persistence = (string)(await database.ExecuteAsync("INFO", "persistence"))!;
            StringAssert.Contains(persistence, "aof_enabled:1");
            StringAssert.Contains(persistence, "aof_last_write_status:ok");
            letters = await database.StreamLengthAsync(DeadLetters);

            // What is asked now is on the stream only, and its task is still to be done when Redis ends.
            await using (await Freeze.StartAsync(Stack, Worker, Cancel))
            {
                await AskAsync(name);
                Assert.AreEqual(Queries, await CountAsync(database, Tasks, name), "The tasks are on the stream, and not in the outbox.");
                await WriteAsync(database, name);
                await EndAsync(what);
            }
        }

        await using var again = await ConnectionMultiplexer.ConnectAsync(options);
        await ReadAsync(again.GetDatabase(), name);
        Assert.AreEqual(Queries, await CountAsync(again.GetDatabase(), Trail, name), "The audit trail has every query.");
        await Eventually.HoldsAsync(
            "the worker has written down each of the tasks once",
            Limit,
            async token => (long)(await Stack.ScalarAsync("SELECT count(*) FROM curation_log WHERE request_id LIKE $1", token, $"{name}-%"))!,
            static rows => rows == Queries,
            static rows => $"{rows} rows",
            Cancel);
        Assert.AreEqual(letters, await again.GetDatabase().StreamLengthAsync(DeadLetters), "No message is a dead letter.");
        await again.GetDatabase().KeyDeleteAsync([.. KeysOf(name)]);
        await Stack.ReadyAsync(Cancel);
    }

    private Task AskAsync(string name) => Parallel.ForAsync(0, Queries, Cancel, async (i, token) =>
    {
        using var response = await Stack.Gateway.AskAsync($"{name}-{i}", token);
        Assert.AreEqual(HttpStatusCode.OK, response.StatusCode, await response.Content.ReadAsStringAsync(token));
    });

    private async Task EndAsync(string what)
    {
        var before = Stack.ContainerIdOf("redis");
        if (what == "killed")
        {
            await Stack.Podman.RunAsync(["kill", before], Cancel);
            await Stack.Commands.EndedAsync("redis", Limit, Cancel);
            await Stack.Podman.RunAsync(["start", before], Cancel);
            await Stack.Commands.HealthyAsync("redis", Limit, Cancel);
            Assert.AreEqual(before, Stack.ContainerIdOf("redis"));
        }
        else
        {
            await Stack.Commands.RestartAsync("redis", Cancel);
            Assert.AreNotEqual(before, Stack.ContainerIdOf("redis"));
        }
    }

    private static IEnumerable<RedisKey> KeysOf(string name) => Kinds.Select(kind => (RedisKey)$"{name}:{kind}");

    private static async Task WriteAsync(IDatabase database, string name)
    {
        await database.StringSetAsync($"{name}:string", name);
        await database.HashSetAsync($"{name}:hash", "field", name);
        await database.ListRightPushAsync($"{name}:list", [1, 2, 3]);
        await database.SetAddAsync($"{name}:set", name);
        await database.SortedSetAddAsync($"{name}:sorted", name, 4.5);
        await database.StringSetAsync($"{name}:lasting", name, TimeSpan.FromHours(1));
    }

    private static async Task ReadAsync(IDatabase database, string name)
    {
        Assert.AreEqual(name, (string?)await database.StringGetAsync($"{name}:string"));
        Assert.AreEqual(name, (string?)await database.HashGetAsync($"{name}:hash", "field"));
        Assert.AreEqual("1,2,3", string.Join(',', await database.ListRangeAsync($"{name}:list")));
        Assert.IsTrue(await database.SetContainsAsync($"{name}:set", name));
        Assert.AreEqual("4.5", (await database.SortedSetScoreAsync($"{name}:sorted", name))?.ToString(CultureInfo.InvariantCulture));
        Assert.AreEqual(name, (string?)await database.StringGetAsync($"{name}:lasting"));
        Assert.IsGreaterThan(TimeSpan.FromMinutes(50), await database.KeyTimeToLiveAsync($"{name}:lasting") ?? TimeSpan.Zero, "What expires goes on to do so.");
    }

    private static async Task<int> CountAsync(IDatabase database, string stream, string name)
        => (await database.StreamRangeAsync(stream)).Count(e => e[RequestField].ToString().StartsWith(name, StringComparison.Ordinal));
}
