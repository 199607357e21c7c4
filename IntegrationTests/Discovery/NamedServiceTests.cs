using System.Net;
using System.Net.Http.Json;

namespace XoeNovAi.IntegrationTests.Discovery;

/// <summary>rag finds the vector store by its name, and by nothing else.</summary>
[TestClass]
public sealed class NamedServiceTests : StackTest
{
    private const string Search = "/xnai/api/v1/search";
    private static readonly string[] Rags = ["rag-1", "rag-2"];
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    protected override IReadOnlyList<string> Touches => ["consul", "qdrant", .. Rags];

    [TestMethod]
    [Scenario("DISC-13")]
    public async Task Who_is_told_nothing_but_a_name_finds_the_service_and_finds_it_again_where_it_has_moved()
    {
        foreach (var rag in Rags)
        {
            var environment = await Stack.Podman.RunAsync(["inspect", "--format", "{{json .Config.Env}}", Stack.ContainerIdOf(rag)], Cancel);
            Assert.DoesNotContain("qdrant", environment, StringComparison.OrdinalIgnoreCase);
        }

        await AnsweredAsync(HttpStatusCode.OK);
        var before = (await Stack.Consul.InstancesAsync("qdrant", Cancel)).Single().Service.Address;
        await Stack.Commands.RestartAsync("qdrant", Cancel);
        var now = await Stack.Consul.WaitForAsync("qdrant is well at another address", "qdrant", entries => entries.Count == 1 && entries[0].IsPassing && entries[0].Service.Address != before, Limit, Cancel);
        TestContext.WriteLine($"From {before} to {now[0].Service.Address}.");
        await AnsweredAsync(HttpStatusCode.OK);
    }

    /// <summary>It goes on answering all but its check, so only who looks it up in Consul misses it.</summary>
    [TestMethod]
    [Scenario("DISC-13")]
    [Scenario("DISC-02")]
    public async Task What_Consul_finds_sick_is_not_called()
    {
        await AnsweredAsync(HttpStatusCode.OK);
        await using (await Stack.Faults.SetAsync("qdrant", "health=503", Cancel))
        {
            await Stack.Consul.WaitForAsync("qdrant is critical", "qdrant", static entries => entries.All(static e => !e.IsPassing), Limit, Cancel);
            await AnsweredAsync(HttpStatusCode.ServiceUnavailable);
        }

        await AnsweredAsync(HttpStatusCode.OK);
        await Stack.ReadyAsync(Cancel);
    }

    private async Task AnsweredAsync(HttpStatusCode expected)
    {
        foreach (var rag in Rags)
        {
            using var client = Stack.CreateClient(rag);
            await Eventually.HoldsAsync(
                $"a search at {rag} is {(int)expected}",
                Limit,
                async token =>
                {
                    using var response = await client.PostAsJsonAsync(Search, new { query = "hearth" }, token);
                    return (response.StatusCode, Body: await response.Content.ReadAsStringAsync(token));
                },
                answer => answer.StatusCode == expected,
                static answer => $"{(int)answer.StatusCode} {answer.Body}",
                Cancel);
        }
    }
}
