using System.Reflection;

namespace XoeNovAi.IntegrationTests.Discovery;

[TestClass]
public sealed class RegistrationTests : StackTest
{
    protected override IReadOnlyList<string> Touches => ["consul", "rag-1", "rag-2", "curation-worker", "gateway"];

    [TestMethod]
    [Scenario("DISC-01")]
    public async Task Every_service_of_the_stack_is_registered_and_nothing_else()
    {
        var services = await Stack.Consul.ServicesAsync(Cancel);

        CollectionAssert.AreEqual(Stack.Model.Services.Select(static s => s.Key).Append("consul").Order(StringComparer.Ordinal).ToArray(), services.Order(StringComparer.Ordinal).ToArray());
    }

    [TestMethod]
    [Scenario("DISC-01")]
    [DataRow(nameof(An_instance_is_registered_with_id_tags_meta_address_port_and_a_passing_check))]
    [DataRow(nameof(A_registered_address_answers_a_call_from_its_network))]
    public void Every_service_of_the_model_is_a_row_of_these_tests(string test)
    {
        var rows = typeof(RegistrationTests).GetMethod(test)!.GetCustomAttributes<DataRowAttribute>().Select(static r => (string)r.Data[0]!).Distinct(StringComparer.Ordinal);
        CollectionAssert.AreEquivalent(Stack.Model.Services.Select(static s => s.Key).ToList(), rows.ToList());
    }

    [TestMethod]
    [Scenario("DISC-01")]
    [DataRow("rag", "rag-1", "app", 8012)]
    [DataRow("rag", "rag-2", "app", 8012)]
    [DataRow("curation-worker", "curation-worker-1", "db", 8020)]
    [DataRow("oikos", "oikos-1", "app", 8006)]
    [DataRow("memory-bank", "memory-bank-1", "app", 8000)]
    [DataRow("chainlit", "chainlit-1", "app", 8001)]
    [DataRow("open-webui", "open-webui-1", "app", 8080)]
    [DataRow("vikunja", "vikunja-1", "app", 3456)]
    [DataRow("mkdocs", "mkdocs-1", "app", 8008)]
    [DataRow("qdrant", "qdrant-1", "db", 6333)]
    [DataRow("gateway", "gateway-1", "app", 8000)]
    public async Task An_instance_is_registered_with_id_tags_meta_address_port_and_a_passing_check(string service, string id, string view, int port)
    {
        var entry = (await Stack.Consul.InstancesAsync(service, Cancel)).SingleOrDefault(e => e.Service.Id == id);

        Assert.IsNotNull(entry, $"'{id}' is not registered.");
        Assert.AreEqual(port, entry.Service.Port);
        Assert.AreEqual("v1", string.Join(',', entry.Service.Tags));
        Assert.AreEqual("0.9", entry.Service.Meta.GetValueOrDefault("version"));
        Assert.AreEqual(entry.Service.TaggedAddresses[view].Address, entry.Service.Address);
        Assert.IsTrue(entry.Checks.Any(c => c.Id.Contains(id, StringComparison.Ordinal) && c.Status == "passing"), $"No check of '{id}' passes: {string.Join(", ", entry.Checks.Select(static c => $"{c.Id} {c.Status}"))}");
    }

    [TestMethod]
    [Scenario("DISC-01")]
    public async Task Meta_reaches_Consul()
    {
        foreach (var entry in await Stack.Consul.InstancesAsync("rag", Cancel))
        {
            Assert.AreEqual("integration", entry.Service.Meta["suite"], entry.Service.Id);
        }
    }

    [TestMethod]
    [Scenario("DISC-01")]
    [DataRow("rag", "rag-1", "app", "gateway", "/xnai/api/v1/health")]
    [DataRow("rag", "rag-2", "app", "gateway", "/xnai/api/v1/health")]
    [DataRow("rag", "rag-1", "db", "redis", "/xnai/api/v1/health")]
    [DataRow("rag", "rag-2", "db", "redis", "/xnai/api/v1/health")]
    [DataRow("curation-worker", "curation-worker-1", "db", "redis", "/health")]
    [DataRow("oikos", "oikos-1", "app", "gateway", "/health")]
    [DataRow("oikos", "oikos-1", "db", "redis", "/health")]
    [DataRow("memory-bank", "memory-bank-1", "app", "gateway", "/health")]
    [DataRow("memory-bank", "memory-bank-1", "db", "redis", "/health")]
    [DataRow("chainlit", "chainlit-1", "app", "gateway", "/")]
    [DataRow("open-webui", "open-webui-1", "app", "gateway", "/")]
    [DataRow("vikunja", "vikunja-1", "app", "gateway", "/api/v1/info")]
    [DataRow("vikunja", "vikunja-1", "db", "redis", "/api/v1/info")]
    [DataRow("mkdocs", "mkdocs-1", "app", "gateway", "/")]
    [DataRow("qdrant", "qdrant-1", "db", "redis", "/healthz")]
    [DataRow("gateway", "gateway-1", "app", "rag-1", "/health")]
    public async Task A_registered_address_answers_a_call_from_its_network(string service, string id, string view, string caller, string path)
    {
        var entry = (await Stack.Consul.InstancesAsync(service, Cancel)).Single(e => e.Service.Id == id);
        var address = entry.Service.TaggedAddresses[view];

        var answer = await Stack.HttpGetFromAsync(caller, address.Address, address.Port, path, Cancel);

        Assert.StartsWith("HTTP/1.1 200", answer, $"{id} at {address.Address}:{address.Port}, asked from {caller}");
    }
}
