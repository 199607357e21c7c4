namespace XoeNovAi.IntegrationTests.Portable;

/// <summary>What the contract says of the services in Consul.</summary>
[TestClass]
[TestCategory(Attachment.Portable)]
[TestCategory(Attachment.NeedsConsul)]
[TestCategory("Quick")]
public sealed class DiscoveryContractTests : PortableTest
{
    private const string NodeCheck = "serfHealth";

    // The contract's limit for recovery.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [TestMethod]
    [Scenario("DISC-01")]
    [DataRow("rag", true)]
    [DataRow("oikos", true)]
    [DataRow("memory-bank", true)]
    [DataRow("vikunja", true)]
    [DataRow("chainlit", false)]
    [DataRow("open-webui", false)]
    [DataRow("mkdocs", false)]
    public async Task A_service_is_registered_as_the_contract_says_and_passes(string service, bool isBridge)
    {
        var instances = await Target.Consul!.InstancesAsync(service, Cancel);
        Assert.IsNotEmpty(instances, $"Consul does not know {service}.");
        foreach (var instance in instances)
        {
            Assert.MatchesRegex($"^{service}-[0-9]+$", instance.Service.Id);
            Assert.Contains("v1", instance.Service.Tags, instance.Service.Id);
            Assert.IsGreaterThan(0, instance.Service.Port, instance.Service.Id);
            Assert.IsNotEmpty(instance.Checks.Where(static c => c.Id != NodeCheck).ToList(), $"{instance.Service.Id} has no check of its own.");
            Assert.IsTrue(instance.IsPassing, $"{instance.Service.Id}: {string.Join("; ", instance.Checks.Select(static c => $"{c.Id} {c.Status} {c.Output}"))}");
            Assert.AreEqual(isBridge, instance.Service.TaggedAddresses.ContainsKey("db"), $"{instance.Service.Id} is on the databases' network: {isBridge}");
        }
    }

    [TestMethod]
    [TestCategory(Attachment.Hurts)]
    [Scenario("DISC-02")]
    public async Task A_service_in_maintenance_is_not_asked_and_afterwards_it_is()
    {
        var ids = (await Target.Consul!.InstancesAsync("mkdocs", Cancel)).Select(static i => i.Service.Id).ToList();
        try
        {
            await MaintainAsync(ids, "true");
            var answer = await AnsweredAsync("nobody is asked any more", static a => a.Status is 502 or 503);
            Assert.AreNotEqual(string.Empty, answer.Body, "An error is never empty.");
        }
        finally
        {
            await MaintainAsync(ids, "false");
        }

        await AnsweredAsync("it is asked again", static a => a.Status == 200);
    }

    private async Task MaintainAsync(IReadOnlyList<string> ids, string enable)
    {
        foreach (var id in ids)
        {
            using var response = await Target.Consul!.SendAsync(HttpMethod.Put, $"v1/agent/service/maintenance/{id}?enable={enable}&reason=portable", null, CancellationToken.None);
            Assert.IsTrue(response.IsSuccessStatusCode, $"Maintenance of {id}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync(CancellationToken.None)}");
        }
    }

    private Task<Answer> AnsweredAsync(string awaited, Func<Answer, bool> holds)
        => Eventually.HoldsAsync(awaited, Limit, token => Target.GetAsync("/docs/", token), holds, static a => $"{a}", Cancel);
}
