using System.Net;
using System.Net.Http.Json;
using StackExchange.Redis;
using XoeNovAi.IntegrationTests.Security;

namespace XoeNovAi.IntegrationTests.Data;

/// <summary>A service that loses its stores says so, and nothing that is secret with it.</summary>
[TestClass]
public sealed class ReconnectTests : StackTest
{
    private const int Lines = 2000;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static IReadOnlyList<string> Services => Stack.Model.UsersOf("redis");

    protected override IReadOnlyList<string> Touches => Services;

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    [Scenario("SEC-03")]
    public async Task What_is_logged_at_a_reconnect_has_no_secret()
    {
        var secrets = await StackSecrets.ReadAsync(Stack.Application, Cancel);
        var before = await RestoredAsync();
        await Stack.ScalarAsync("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()", Cancel);
        var options = await Stack.RedisAsync(Cancel);
        options.AllowAdmin = true;
        await using (var redis = await ConnectionMultiplexer.ConnectAsync(options))
        {
            await redis.GetDatabase().ExecuteAsync("CLIENT", "KILL", "TYPE", "normal");
            await redis.GetDatabase().ExecuteAsync("CLIENT", "KILL", "TYPE", "pubsub");
        }

        await Eventually.HoldsAsync(
            "every service has its connections again and says so",
            Limit,
            _ => RestoredAsync(),
            after => Services.All(s => after[s] > before[s]),
            static after => string.Join(", ", after),
            Cancel);
        await Stack.ReadyAsync(Cancel);
        using (var answer = await Stack.Gateway.PostAsJsonAsync("/xnai/api/v1/query", new { query = "Are you there again?" }, Cancel))
        {
            Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode);
        }

        foreach (var service in Services)
        {
            foreach (var line in await Stack.Logs.TailAsync(service, Lines))
            {
                Assert.IsEmpty(secrets.In(line), $"{service} has logged a secret.");
                Assert.DoesNotContain("password=", line, StringComparison.OrdinalIgnoreCase);
            }
        }
    }

    private static async Task<Dictionary<string, int>> RestoredAsync()
    {
        var restored = new Dictionary<string, int>();
        foreach (var service in Services)
        {
            restored[service] = (await Stack.Logs.TailAsync(service, Lines)).Count(static l => l.Contains("redis stands again", StringComparison.Ordinal));
        }

        return restored;
    }
}
