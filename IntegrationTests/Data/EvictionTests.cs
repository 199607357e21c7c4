using System.Globalization;
using StackExchange.Redis;

namespace XoeNovAi.IntegrationTests.Data;

/// <summary>What Redis throws away when its memory is full.</summary>
[TestClass]
public sealed class EvictionTests : StackTest
{
    private const long Contract = 512L * 1024 * 1024;
    private const int Room = 16 * 1024 * 1024;
    private const int Piece = 256 * 1024;
    private const string Stream = "xnai:tests:eviction";

    protected override IReadOnlyList<string> Touches => ["redis"];

    [TestMethod]
    [Scenario("RED-01")]
    public async Task A_full_memory_evicts_what_expires_and_keeps_streams()
    {
        var options = await Stack.RedisAsync(Cancel);
        options.AllowAdmin = true;
        await using var redis = await ConnectionMultiplexer.ConnectAsync(options);
        var database = redis.GetDatabase();
        Assert.AreEqual(Contract, await NumberAsync(database, "maxmemory"));
        var prefix = $"xnai:tests:{Guid.NewGuid():n}:";
        var before = await EvictedAsync(database);
        try
        {
            await database.StreamAddAsync(Stream, [new("kept", "yes")]);
            await database.ExecuteAsync("CONFIG", "SET", "maxmemory", $"{await UsedAsync(database) + Room}");
            for (var i = 0; i < 3 * Room / Piece; i++)
            {
                await database.StringSetAsync($"{prefix}{i}", new byte[Piece], TimeSpan.FromMinutes(5));
            }

            Assert.IsGreaterThan(before, await EvictedAsync(database), "more was written than there is room for");
            Assert.AreEqual(1, await database.StreamLengthAsync(Stream));
            Assert.IsTrue(await database.KeyExistsAsync("xnai:task_updates"), "the services' own streams are there as well");
        }
        finally
        {
            await database.ExecuteAsync("CONFIG", "SET", "maxmemory", $"{Contract}");
            await database.KeyDeleteAsync(Stream);
            await database.KeyDeleteAsync([.. Enumerable.Range(0, 3 * Room / Piece).Select(i => (RedisKey)$"{prefix}{i}")]);
        }
    }

    private static async Task<long> NumberAsync(IDatabase database, string setting)
        => long.Parse(((RedisResult[])(await database.ExecuteAsync("CONFIG", "GET", setting))!)[1].ToString(), CultureInfo.InvariantCulture);

    private static Task<long> EvictedAsync(IDatabase database) => FigureAsync(database, "stats", "evicted_keys:");

    private static Task<long> UsedAsync(IDatabase database) => FigureAsync(database, "memory", "used_memory:");

    private static async Task<long> FigureAsync(IDatabase database, string section, string name)
        => long.Parse(
            (await database.ExecuteAsync("INFO", section)).ToString().Split('\n').Single(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..].Trim(), CultureInfo.InvariantCulture);
}
