using System.Net.Http.Json;
using System.Text.Json;
using XoeNovAi.Hosting.Podman.Faults;

namespace XoeNovAi.IntegrationTests.Resilience;

/// <summary>The faults that a developer makes by a click in the dashboard.</summary>
[TestClass]
public sealed class FaultCommandTests : StackTest
{
    private const string Health = "/xnai/api/v1/health";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    protected override IReadOnlyList<string> Touches => ["postgres", "rag-1", "oikos"];

    [TestMethod]
    [Scenario("CHAOS-01")]
    public async Task A_container_that_is_frozen_by_command_is_away_until_it_is_thawed()
    {
        await Stack.ReadyAsync(Cancel);
        using var rag = Stack.CreateClient("rag-1");
        await DoAsync("postgres", FaultCommandExtensions.Freeze);
        try
        {
            await HealthAsync(rag, "degraded");
        }
        finally
        {
            await DoAsync("postgres", FaultCommandExtensions.Thaw);
        }

        await HealthAsync(rag, "healthy");
        await Stack.ReadyAsync(Cancel);
    }

    [TestMethod]
    [Scenario("CHAOS-01")]
    public async Task A_container_that_is_killed_by_command_has_ended_and_can_be_started_again()
    {
        await Stack.ReadyAsync(Cancel);
        await DoAsync("oikos", FaultCommandExtensions.Kill);
        await Stack.Commands.EndedAsync("oikos", Limit, Cancel);

        var again = await Stack.Application.ResourceCommands.ExecuteCommandAsync("oikos", FaultCommandExtensions.Freeze, Cancel);
        Assert.IsFalse(again.Success, "Who has ended cannot be frozen.");

        await Stack.Commands.StartAsync("oikos", Cancel);
        await Stack.ReadyAsync(Cancel);
    }

    private async Task DoAsync(string resource, string command)
    {
        var result = await Stack.Application.ResourceCommands.ExecuteCommandAsync(resource, command, Cancel);
        Assert.IsTrue(result.Success, $"'{command}' of '{resource}': {result.Message}");
    }

    private Task HealthAsync(HttpClient rag, string status) => Eventually.HoldsAsync(
        $"rag-1 says {status}",
        Limit,
        async token => (await rag.GetFromJsonAsync<JsonElement>(Health, token)).GetProperty("status").GetString()!,
        now => now == status,
        static now => now,
        Cancel);
}
