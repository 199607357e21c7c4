using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using StackExchange.Redis;
using XoeNovAi.IntegrationTests.Data;

namespace XoeNovAi.IntegrationTests.Resilience;

/// <summary>The stack as it is delivered: no pause, balancing or claim time is the tests' own, as those of the shared stack are.</summary>
[TestClass]
public sealed class ProductionSettingsTests : StackTest
{
    private const int Requests = 100;
    private const string Open = "LLM service unavailable (circuit open)";
    private const string Tasks = "xnai:task_updates";
    private const string Group = "agent_wavefront";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan TimesLimit = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LlmBreak = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan CacheBreak = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ClaimAfter = TimeSpan.FromSeconds(60);
    private static Stack? _delivered;

    protected override TimeSpan TestLimit => TimeSpan.FromMinutes(4);

    private static Stack Delivered => _delivered ?? throw new InvalidOperationException("The stack has not been started.");

    // Ways to see and to disturb it, and nothing that changes what it does.
    [ClassInitialize]
    public static async Task StartAsync(TestContext context) => _delivered = await Stack.StartAsync(["--Stack:Echo=true", "--Stack:Faults=true"], context.CancellationToken);

    [ClassCleanup]
    public static async Task StopAsync()
    {
        if (_delivered is { } stack)
        {
            _delivered = null;
            await stack.DisposeAsync();
        }
    }

    [TestMethod]
    [Scenario("GATE-03")]
    [Scenario("DISC-08")]
    public async Task It_balances_and_loses_an_instance_without_a_failure()
    {
        var shares = await AskManyAsync();
        TestContext.WriteLine($"Of {Requests}: {string.Join(", ", shares)}");
        Assert.AreEqual(Requests / 2, shares.GetValueOrDefault("1"), "rag takes turns");
        Assert.AreEqual(Requests / 2, shares.GetValueOrDefault("2"), "rag takes turns");

        // A request the killed instance does not answer goes to the other.
        await Delivered.Podman.RunAsync(["kill", Delivered.ContainerIdOf("rag-2")], Cancel);
        var without = await AskManyAsync();
        Assert.AreEqual(Requests, without.GetValueOrDefault("1"), $"All are answered: {string.Join(", ", without)}");
        await Delivered.Commands.EndedAsync("rag-2", Limit, Cancel);
        await Delivered.Commands.StartAsync("rag-2", Cancel);
        await Delivered.Consul.WaitForAsync("rag-2 is back", "rag", static entries => entries.Count(static e => e.IsPassing) == 2, Limit, Cancel);
        await Eventually.HoldsAsync("the gateway asks it again", Limit, token => Delivered.EchoAsync("/xnai/api/v1/who", token), static echo => echo?.Instance == "2", static echo => echo?.Instance ?? "nobody", Cancel);
    }

    [TestMethod]
    [Scenario("GATE-09")]
    [Scenario("RED-04")]
    [Scenario("RED-05")]
    public async Task Breakers_and_claims_keep_the_times_of_the_contract()
    {
        // What another leaves can only be left while Redis takes it.
        var full = await FillAsync();
        var cache = CacheBreakAsync(full);
        var claimed = ClaimedAfterAsync();
        var llm = LlmBreakAsync();
        await Task.WhenAll(claimed, llm, cache);

        TestContext.WriteLine($"The model's breaker was open for {await llm}, the cache's for {await cache}; what another had left was taken over after {await claimed}.");
        Assert.IsInRange(LlmBreak, LlmBreak + Slack, await llm);
        Assert.IsInRange(CacheBreak, CacheBreak + Slack, await cache);

        // It looks twice in that time.
        Assert.IsInRange(ClaimAfter, (1.5 * ClaimAfter) + Slack, await claimed);
    }

    private async Task<ConcurrentDictionary<string, int>> AskManyAsync()
    {
        var shares = new ConcurrentDictionary<string, int>();
        for (var i = 0; i < Requests; i++)
        {
            var echo = await Delivered.EchoAsync("/xnai/api/v1/who", Cancel);
            shares.AddOrUpdate(echo?.Instance ?? "failed", 1, static (_, count) => count + 1);
        }

        return shares;
    }

    private async Task<TimeSpan> LlmBreakAsync()
    {
        using var rag = Delivered.CreateClient("rag-1");
        var opens = 0L;
        await using (await Delivered.Faults.SetAsync("rag-1", "fail=llm", Cancel))
        {
            for (var failure = 0; failure < 3; failure++)
            {
                opens = Stopwatch.GetTimestamp();
                Assert.AreEqual(HttpStatusCode.ServiceUnavailable, (await AskAsync(rag)).Status);
            }
        }

        Assert.Contains(Open, (await AskAsync(rag)).Body);
        return await UntilAsync(opens, async () => (await AskAsync(rag)).Status == HttpStatusCode.OK, "the model's breaker lets calls through");
    }

    /// <summary>When the question was asked that opened the cache's breaker.</summary>
    private async Task<long> FillAsync()
    {
        using var rag = Delivered.CreateClient("rag-2");
        await using var full = await FullRedis.BeginAsync(Delivered, Cancel);
        var opens = 0L;
        for (var failure = 0; failure < 5; failure++)
        {
            opens = Stopwatch.GetTimestamp();
            Assert.AreEqual(HttpStatusCode.OK, (await AskAsync(rag)).Status);
        }

        return opens;
    }

    private async Task<TimeSpan> CacheBreakAsync(long opened)
    {
        using var rag = Delivered.CreateClient("rag-2");
        return await UntilAsync(
            opened,
            async () =>
            {
                await AskAsync(rag);
                using var health = JsonDocument.Parse(await rag.GetStringAsync("/xnai/api/v1/health", Cancel));
                return health.RootElement.GetProperty("components").GetProperty("circuit_breakers_healthy").GetBoolean();
            },
            "the cache's breaker is closed");
    }

    private async Task<TimeSpan> ClaimedAfterAsync()
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(await Delivered.RedisAsync(Cancel));
        var database = redis.GetDatabase();
        var taken = string.Empty;
        var left = 0L;
        await Delivered.Podman.RunAsync(["kill", "--signal", "STOP", Delivered.ContainerIdOf("curation-worker")], Cancel);
        try
        {
            // The worker may have a read waiting, which Redis serves first: that one is its own.
            while (taken.Length == 0)
            {
                await database.StreamAddAsync(Tasks, [new("type", "curate"), new("task_id", Guid.NewGuid().ToString()), new("query", "what"), new("tokens", 1)]);
                left = Stopwatch.GetTimestamp();
                taken = (await database.StreamReadGroupAsync(Tasks, Group, "gone", StreamPosition.NewMessages)).FirstOrDefault()["task_id"].ToString();
            }
        }
        finally
        {
            await Delivered.Podman.RunAsync(["kill", "--signal", "CONT", Delivered.ContainerIdOf("curation-worker")], CancellationToken.None);
        }

        return await UntilAsync(
            left,
            async () => await Delivered.ScalarAsync("SELECT count(*) FROM curation_log WHERE task_id = $1", Cancel, Guid.Parse(taken)) is 1L,
            "the worker takes the message over");
    }

    // By the second: what is measured takes many, and asking is load.
    private async Task<TimeSpan> UntilAsync(long begun, Func<Task<bool>> holds, string awaited)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        while (!await holds())
        {
            if (Stopwatch.GetElapsedTime(begun) > TimesLimit)
            {
                throw new AssertFailedException($"{awaited}: not within {TimesLimit.TotalSeconds:0} s.");
            }

            await timer.WaitForNextTickAsync(Cancel);
        }

        return Stopwatch.GetElapsedTime(begun);
    }

    private async Task<(HttpStatusCode Status, string Body)> AskAsync(HttpClient rag)
    {
        using var response = await rag.PostAsJsonAsync("/xnai/api/v1/query", new { query = $"Question {Guid.NewGuid()}" }, Cancel);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Cancel));
    }
}
