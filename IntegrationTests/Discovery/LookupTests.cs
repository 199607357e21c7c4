using XoeNovAi.Consul.Discovery;
using XoeNovAi.Consul.Registration;
using XoeNovAi.IntegrationTests.Harness.Consul;

namespace XoeNovAi.IntegrationTests.Discovery;

/// <summary>The ways to look a service up, and that they say the same.</summary>
[TestClass]
public sealed class LookupTests : StackTest
{
    private const string Service = "looked-up";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    protected override IReadOnlyList<string> Touches => ["consul"];

    [TestMethod]
    [Scenario("DISC-05")]
    [DataRow("\"v1\" in Service.Tags", "a b")]
    [DataRow("\"canary\" in Service.Tags", "b c")]
    [DataRow("\"v1\" in Service.Tags and \"canary\" in Service.Tags", "b")]
    [DataRow("\"v1\" not in Service.Tags", "c d")]
    [DataRow("Service.Meta.zone == \"north\"", "a c")]
    [DataRow("Service.Meta.zone != \"north\"", "b d")]
    [DataRow("Service.Meta.zone == \"north\" and \"canary\" in Service.Tags", "c")]
    [DataRow("Service.Meta is empty", "d")]
    [DataRow("Service.Meta.zone == \"east\"", "")]
    public async Task Instances_are_found_by_tag_and_by_meta(string filter, string found)
    {
        await using var a = await RegisterAsync("a", ["v1"], "north");
        await using var b = await RegisterAsync("b", ["v1", "canary"], "south");
        await using var c = await RegisterAsync("c", ["canary"], "north");
        await using var d = await RegisterAsync("d", [], null);
        await Stack.Consul.WaitForAsync("all four pass", Service, static e => e.Count == 4 && e.All(static i => i.IsPassing), Limit, Cancel);

        var entries = await Stack.Consul.PassingAsync(Service, Cancel, filter);

        Assert.AreEqual(found, string.Join(' ', entries.Select(static e => e.Service.Id).Order(StringComparer.Ordinal)));
    }

    [TestMethod]
    [Scenario("DISC-05")]
    public async Task Instances_of_the_stack_are_found_by_their_tag_and_meta()
    {
        foreach (var service in (await Stack.Consul.ServicesAsync(Cancel)).Except(["consul"]))
        {
            var all = Ids(await Stack.Consul.PassingAsync(service, Cancel));
            Assert.AreNotEqual(string.Empty, all, service);
            Assert.AreEqual(all, Ids(await Stack.Consul.PassingAsync(service, Cancel, "\"v1\" in Service.Tags and Service.Meta.version == \"0.9\"")), service);
            Assert.AreEqual(string.Empty, Ids(await Stack.Consul.PassingAsync(service, Cancel, "Service.Meta.version != \"0.9\"")), service);
        }

        static string Ids(IEnumerable<HealthEntry> entries) => string.Join(' ', entries.Select(static e => e.Service.Id).Order(StringComparer.Ordinal));
    }

    [TestMethod]
    [Scenario("DISC-05")]
    public async Task Names_and_the_HTTP_API_agree_on_every_service()
    {
        await using var names = await ConsulDns.OpenAsync(Stack, Cancel);
        var services = (await Stack.Consul.ServicesAsync(Cancel)).ToDictionary(static s => $"{s}.service.consul", static s => s);
        services.Add("v1.rag.service.consul", "rag");

        var agreed = await AgreeAsync(names, services);

        Assert.HasCount(2, agreed["v1.rag.service.consul"]);
        Assert.IsTrue(agreed.Values.All(static e => e.Count > 0), "Somebody is nowhere.");
        var none = await names.AskAsync(["v2.rag.service.consul", "nobody.service.consul"], tcp: false, Cancel);
        Assert.IsEmpty(none.EndPointsOf("v2.rag.service.consul"), "There is none with that tag.");
        Assert.IsEmpty(none.EndPointsOf("nobody.service.consul"));
    }

    [TestMethod]
    [Scenario("DISC-05")]
    public async Task Names_and_the_HTTP_API_agree_on_who_is_sick()
    {
        var rag = new Dictionary<string, string> { ["rag.service.consul"] = "rag" };
        await using var names = await ConsulDns.OpenAsync(Stack, Cancel);
        await using (await Stack.Faults.SetAsync("rag-2", "health=503", Cancel))
        {
            await Stack.Consul.WaitForAsync("rag-2 is critical", "rag", static e => e.Any(static i => i.Service.Id == "rag-2" && !i.IsPassing), Limit, Cancel);
            Assert.HasCount(1, (await AgreeAsync(names, rag)).Values.Single());
        }

        await Stack.Consul.WaitForAsync("rag-2 passes again", "rag", static e => e.Count == 2 && e.All(static i => i.IsPassing), Limit, Cancel);
        Assert.HasCount(2, (await AgreeAsync(names, rag)).Values.Single());
        await Stack.ReadyAsync(Cancel);
    }

    // By name, where the instances are that pass.
    private async Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> AgreeAsync(ConsulDns names, IReadOnlyDictionary<string, string> services)
    {
        var (udp, tcp) = (await names.AskAsync(services.Keys, tcp: false, Cancel), await names.AskAsync(services.Keys, tcp: true, Cancel));
        var agreed = new Dictionary<string, IReadOnlyList<string>>();
        foreach (var (name, service) in services)
        {
            var passing = await Stack.Consul.PassingAsync(service, Cancel);
            var endPoints = passing.Select(static e => $"{e.Address}:{e.Service.Port}").Order(StringComparer.Ordinal).ToList();
            var addresses = passing.Select(static e => e.Address).Distinct().Order(StringComparer.Ordinal).ToList();
            foreach (var (answers, how) in ((DnsAnswers, string)[])[(udp, "UDP"), (tcp, "TCP")])
            {
                CollectionAssert.AreEqual(endPoints, answers.EndPointsOf(name).ToList(), $"SRV {name} by {how}");
                CollectionAssert.AreEqual(addresses, answers.AddressesOf(name).ToList(), $"A {name} by {how}");
            }

            agreed.Add(name, endPoints);
        }

        return agreed;
    }

    private Task<ConsulLease> RegisterAsync(string id, string[] tags, string? zone)
        => Stack.Consul.RegisterAsync(new ServiceRegistration { Id = id, Name = Service, Address = "10.0.0.1", Port = 80, Tags = tags, Meta = zone is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["zone"] = zone } }, Cancel);
}
