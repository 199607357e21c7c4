namespace XoeNovAi.IntegrationTests.Discovery;

[TestClass]
public sealed class HealthTests : StackTest
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    protected override IReadOnlyList<string> Touches => ["consul", "gateway", "rag-2"];

    [TestMethod]
    [Scenario("DISC-02")]
    public async Task An_instance_that_reports_sick_gets_no_requests_until_it_has_recovered()
    {
        await using (await Stack.Faults.SetAsync("rag-2", "health=503", Cancel))
        {
            var sick = await Stack.Consul.WaitForAsync(
                "rag-2 is critical", "rag", static entries => entries.Any(static e => e.Service.Id == "rag-2" && !e.IsPassing), Limit, Cancel);
            Assert.AreEqual("critical", sick.Single(static e => e.Service.Id == "rag-2").Checks.First(static c => c.Status != "passing").Status);
            Assert.IsTrue(sick.Single(static e => e.Service.Id == "rag-1").IsPassing, "rag-1 is still passing");

            await Eventually.HoldsAsync("the gateway asks rag-1 only", Limit, AskAsync, static instances => instances.All(static i => i == "1"), Show, Cancel);
        }

        await Stack.Consul.WaitForAsync("rag-2 passes again", "rag", static entries => entries.Count == 2 && entries.All(static e => e.IsPassing), Limit, Cancel);
        await Eventually.HoldsAsync("the gateway asks both again", Limit, AskAsync, static instances => instances.Distinct().Count() == 2, Show, Cancel);
        await Stack.Commands.HealthyAsync("rag-2", Limit, Cancel);
    }

    private static string Show(IReadOnlyList<string> instances) => $"instances {string.Join(' ', instances)}";

    private static async Task<IReadOnlyList<string>> AskAsync(CancellationToken cancellationToken)
    {
        var instances = new List<string>();
        for (var i = 0; i < 10; i++)
        {
            var echo = await Stack.EchoAsync("/xnai/api/v1/who", cancellationToken);
            instances.Add(echo?.Instance ?? "nobody");
        }

        return instances;
    }
}
