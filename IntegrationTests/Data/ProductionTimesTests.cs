using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using StackExchange.Redis;

namespace XoeNovAi.IntegrationTests.Data;

/// <summary>The shared stack is told to be quick; here is one with the times the services have by themselves, which are the contract's.</summary>
[TestClass]
public sealed class ProductionTimesTests : StackTest
{
    private const string Tasks = "xnai:task_updates";
    private const string Group = "agent_wavefront";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(15);

    [TestMethod]
    [Timeout(400_000, CooperativeCancellation = true)]
    [Scenario("RED-04")]
    [Scenario("RED-05")]
    public async Task Breakers_and_claims_keep_the_times_of_the_contract()
    {
        await using var stack = await Harness.Stack.StartAsync(["--Stack:Echo=true", "--Stack:Faults=true"], Cancel);

        // What another leaves can only be left while Redis takes it.
        await FillAsync(stack);
        var cache = CacheBreakAsync(stack);
        var claimed = ClaimedAfterAsync(stack);
        var llm = LlmBreakAsync(stack);
        await Task.WhenAll(claimed, llm, cache);

        TestContext.WriteLine($"The model's breaker was open for {await llm}, the cache's for {await cache}; what another had left was taken over after {await claimed}.");
        Assert.IsInRange(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(60) + Slack, await llm);
        Assert.IsInRange(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30) + Slack, await cache);

        // It looks twice in that time.
        Assert.IsInRange(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(90) + Slack, await claimed);
    }

    private async Task<TimeSpan> LlmBreakAsync(Stack stack)
    {
        using var rag = stack.CreateClient("rag-1");
        await using (await stack.Faults.SetAsync("rag-1", "fail=llm", Cancel))
        {
            for (var failure = 0; failure < 3; failure++)
            {
                Assert.AreEqual(HttpStatusCode.ServiceUnavailable, await AskAsync(rag));
            }
        }

        return await UntilAsync(async () => await AskAsync(rag) == HttpStatusCode.OK, "the model's breaker lets calls through");
    }

    private async Task FillAsync(Stack stack)
    {
        using var rag = stack.CreateClient("rag-2");
        await using var full = await FullRedis.BeginAsync(stack, Cancel);
        for (var failure = 0; failure < 5; failure++)
        {
            Assert.AreEqual(HttpStatusCode.OK, await AskAsync(rag));
        }
    }

    private async Task<TimeSpan> CacheBreakAsync(Stack stack)
    {
        using var rag = stack.CreateClient("rag-2");
        return await UntilAsync(
            async () =>
            {
                await AskAsync(rag);
                using var health = JsonDocument.Parse(await rag.GetStringAsync("/xnai/api/v1/health", Cancel));
                return health.RootElement.GetProperty("components").GetProperty("circuit_breakers_healthy").GetBoolean();
            },
            "the cache's breaker is closed");
    }

    private async Task<TimeSpan> ClaimedAfterAsync(Stack stack)
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(await stack.RedisAsync(Cancel));
        var database = redis.GetDatabase();
        var taken = string.Empty;
        await stack.Podman.RunAsync(["kill", "--signal", "STOP", stack.ContainerIdOf("curation-worker")], Cancel);
        try
        {
            // The worker may have a read waiting, which Redis serves first: that one is its own.
            while (taken.Length == 0)
            {
                await database.StreamAddAsync(Tasks, [new("type", "curate"), new("task_id", Guid.NewGuid().ToString()), new("query", "what"), new("tokens", 1)]);
                taken = (await database.StreamReadGroupAsync(Tasks, Group, "gone", StreamPosition.NewMessages)).FirstOrDefault()["task_id"].ToString();
            }
        }
        finally
        {
            await stack.Podman.RunAsync(["kill", "--signal", "CONT", stack.ContainerIdOf("curation-worker")], CancellationToken.None);
        }

        return await UntilAsync(
            async () => await stack.ScalarAsync("SELECT count(*) FROM curation_log WHERE task_id = $1", Cancel, Guid.Parse(taken)) is 1L, "the worker takes the message over");
    }

    // By the second: what is measured takes many, and asking is load.
    private async Task<TimeSpan> UntilAsync(Func<Task<bool>> holds, string awaited)
    {
        var started = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        while (!await holds())
        {
            if (Stopwatch.GetElapsedTime(started) > Limit)
            {
                throw new AssertFailedException($"{awaited}: not within {Limit.TotalSeconds:0} s.");
            }

            await timer.WaitForNextTickAsync(Cancel);
        }

        return Stopwatch.GetElapsedTime(started);
    }

    private async Task<HttpStatusCode> AskAsync(HttpClient rag)
    {
        using var response = await rag.PostAsJsonAsync("/xnai/api/v1/query", new { query = $"Question {Guid.NewGuid()}" }, Cancel);
        return response.StatusCode;
    }
}
