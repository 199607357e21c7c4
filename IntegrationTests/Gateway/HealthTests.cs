using System.Net.Http.Json;

namespace XoeNovAi.IntegrationTests.Gateway;

/// <summary>What the gateway finds out itself of an instance that Consul takes for healthy.</summary>
[TestClass]
public sealed class HealthTests : StackTest
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    protected override IReadOnlyList<string> Touches => ["gateway", "mkdocs", "rag-2"];

    [TestMethod]
    [Scenario("GATE-04")]
    [DataRow("status=500")]
    [DataRow("delay_ms=3000")]
    public async Task An_instance_whose_checks_fail_is_taken_out_before_any_request_fails_and_comes_back(string fault)
    {
        await using var gateway = await ExtraGateway.StartAsync(
            Stack,
            new Dictionary<string, string>
            {
                ["ReverseProxy__Clusters__mkdocs__HealthCheck__Active__Enabled"] = "true",
                ["ReverseProxy__Clusters__mkdocs__HealthCheck__Active__Policy"] = "ConsecutiveFailures",
                ["ReverseProxy__Clusters__mkdocs__HealthCheck__Active__Path"] = "/probe",
                ["ReverseProxy__Clusters__mkdocs__HealthCheck__Active__Interval"] = "00:00:00.2",
                ["ReverseProxy__Clusters__mkdocs__HealthCheck__Active__Timeout"] = "00:00:01",
            },
            Cancel);
        var rag = (await Stack.Consul.InstancesAsync("rag", Cancel)).Single(static e => e.Service.Id == "rag-2").Service;
        await using var second = await Stack.Consul.RegisterAsync("mkdocs", "mkdocs-rag-2", rag.Address, rag.Port, Cancel);
        await SharedAsync("both instances answer", gateway, both: true);

        // Only what the gateway itself asks for goes wrong: no request could tell it.
        await using (await Stack.Faults.SetAsync("rag-2", $"{fault}&path=/probe", Cancel))
        {
            await SharedAsync("the sick one is left out", gateway, both: false);
        }

        await SharedAsync("it is back", gateway, both: true);
    }

    // Round robin: of four requests in a row two are the other one's.
    private Task<string> SharedAsync(string awaited, ExtraGateway gateway, bool both)
        => Eventually.HoldsAsync(
            awaited,
            Limit,
            async token =>
            {
                var services = new SortedSet<string>(StringComparer.Ordinal);
                for (var i = 0; i < 4; i++)
                {
                    using var response = await gateway.Client.GetAsync("/docs/who", token);
                    services.Add(response.IsSuccessStatusCode ? (await response.Content.ReadFromJsonAsync<Echo>(token))!.Service : "nobody");
                }

                return string.Join(' ', services);
            },
            services => services == (both ? "mkdocs rag" : "mkdocs"),
            static services => services,
            Cancel);
}
