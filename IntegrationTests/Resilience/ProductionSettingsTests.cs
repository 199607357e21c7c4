using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;

namespace XoeNovAi.IntegrationTests.Resilience;

/// <summary>The stack as it is delivered: no pause, balancing or claim time is the tests' own, as those of the shared stack are.</summary>
[TestClass]
public sealed class ProductionSettingsTests : StackTest
{
    private const int Requests = 100;
    private const string Open = "LLM service unavailable (circuit open)";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LlmBreak = TimeSpan.FromSeconds(60);

    protected override TimeSpan TestLimit => TimeSpan.FromMinutes(4);

    [TestMethod]
    [Scenario("GATE-03")]
    [Scenario("GATE-09")]
    [Scenario("DISC-08")]
    public async Task With_its_own_settings_it_balances_loses_an_instance_without_a_failure_and_waits_a_minute_for_the_model()
    {
        // Ways to see and to disturb it, and nothing that changes what it does.
        await using var stack = await Stack.StartAsync(["--Stack:Echo=true", "--Stack:Faults=true"], Cancel);
        var shares = await AskAsync(stack);
        TestContext.WriteLine($"Of {Requests}: {string.Join(", ", shares)}");
        Assert.AreEqual(Requests / 2, shares.GetValueOrDefault("1"), "rag takes turns");
        Assert.AreEqual(Requests / 2, shares.GetValueOrDefault("2"), "rag takes turns");

        using var rag = stack.CreateClient("rag-1");
        await using (await stack.Faults.SetAsync("rag-1", "fail=llm", Cancel))
        {
            for (var failure = 0; failure < 3; failure++)
            {
                Assert.AreEqual(HttpStatusCode.ServiceUnavailable, (await QueryAsync(rag, Cancel)).Status);
            }
        }

        var opened = Stopwatch.GetTimestamp();
        Assert.Contains(Open, (await QueryAsync(rag, Cancel)).Body);

        // Meanwhile: a request the killed instance does not answer goes to the other.
        await stack.Podman.RunAsync(["kill", stack.ContainerIdOf("rag-2")], Cancel);
        var without = await AskAsync(stack);
        Assert.AreEqual(Requests, without.GetValueOrDefault("1"), $"All are answered: {string.Join(", ", without)}");
        await stack.Commands.EndedAsync("rag-2", Limit, Cancel);
        await stack.Commands.StartAsync("rag-2", Cancel);
        await stack.Consul.WaitForAsync("rag-2 is back", "rag", static entries => entries.Count(static e => e.IsPassing) == 2, Limit, Cancel);
        await Eventually.HoldsAsync("the gateway asks it again", Limit, token => stack.EchoAsync("/xnai/api/v1/who", token), static echo => echo?.Instance == "2", static echo => echo?.Instance ?? "nobody", Cancel);

        await Eventually.HoldsAsync("the model is asked again", LlmBreak + Limit, token => QueryAsync(rag, token), static answer => answer.Status == HttpStatusCode.OK, static answer => answer.Body, Cancel);
        Assert.IsGreaterThan(LlmBreak - TimeSpan.FromSeconds(2), Stopwatch.GetElapsedTime(opened));
    }

    private async Task<ConcurrentDictionary<string, int>> AskAsync(Stack stack)
    {
        var shares = new ConcurrentDictionary<string, int>();
        for (var i = 0; i < Requests; i++)
        {
            var echo = await stack.EchoAsync("/xnai/api/v1/who", Cancel);
            shares.AddOrUpdate(echo?.Instance ?? "failed", 1, static (_, count) => count + 1);
        }

        return shares;
    }

    private static async Task<(HttpStatusCode Status, string Body)> QueryAsync(HttpClient rag, CancellationToken cancellationToken)
    {
        using var response = await rag.PostAsJsonAsync("/xnai/api/v1/query", new { query = $"Question {Guid.NewGuid()}" }, cancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(cancellationToken));
    }
}
