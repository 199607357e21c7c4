using System.Text.Json.Nodes;

namespace XoeNovAi.Gateway.Tests;

/// <summary>The route table as it is shipped, with a backend in each service's place.</summary>
[TestClass]
public sealed class RoutingTests : GatewayTest
{
    private static readonly (string Target, string Service, string Seen)[] Routes =
    [
        ("/xnai/api/v1/query?a=b", "rag", "/xnai/api/v1/query?a=b"),
        ("/xnai/api/v1/chat/x", "rag", "/xnai/api/v1/chat/x"),
        ("/XNAI/API/v1/query", "rag", "/XNAI/API/v1/query"),
        ("/oikos/a%2Fb", "oikos", "/oikos/a%2Fb"),
        ("/chat", "open-webui", "/"),
        ("/chat?a", "open-webui", "/?a"),
        ("/chat/chat/x", "open-webui", "/chat/x"),
        ("/chat/a%252Fb?x=%2e", "open-webui", "/a%252Fb?x=%2e"),
        ("/static/x", "open-webui", "/static/x"),
        ("/ollama/x", "open-webui", "/ollama/x"),
        ("/_app/x", "open-webui", "/_app/x"),
        ("/auth/x", "open-webui", "/auth/x"),
        ("/signup/x", "open-webui", "/signup/x"),
        ("/manifest.json", "open-webui", "/manifest.json"),
        ("/favicon.png", "open-webui", "/favicon.png"),
        ("/assets/x", "chainlit", "/assets/x"),
        ("/public/x", "chainlit", "/public/x"),
        ("/favicon", "chainlit", "/favicon"),
        ("/vikunja/api/v1/info", "vikunja", "/api/v1/info"),
        ("/docs/", "mkdocs", "/"),
        ("/", "chainlit", "/"),
        ("/healthy", "chainlit", "/healthy"),
        ("/docsearch", "chainlit", "/docsearch"),
    ];

    [TestMethod]
    [Scenario("GATE-01")]
    public async Task Each_target_reaches_the_service_of_its_route_as_it_was_sent_but_for_the_prefix()
    {
        var settings = new TestSettings(JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), Cancel))!.AsObject());
        var services = Routes.Select(static route => route.Service).Distinct().ToList();
        var backends = new Dictionary<string, TestBackend>();
        try
        {
            foreach (var service in services)
            {
                backends[service] = await TestBackend.StartAsync(service);
                settings.Clusters[service]!["Destinations"] = TestSettings.ClusterOf(backends[service].Address)["Destinations"]!.DeepClone();
            }

            await using var gateway = await TestGateway.StartAsync(settings);
            foreach (var (target, service, seen) in Routes)
            {
                var answer = await RawHttp.GetAsync(gateway.Address, target, null, Cancel);

                Assert.Contains(service, answer.Body, $"{target}: {answer.Status} {answer.Body}");
                Assert.AreEqual(seen, backends[service].Seen[^1].Target, target);
            }
        }
        finally
        {
            foreach (var backend in backends.Values)
            {
                await backend.DisposeAsync();
            }
        }
    }

    [TestMethod]
    [Scenario("GATE-18")]
    [DataRow("/../x")]
    [DataRow("/a/%2e%2e/x")]
    [DataRow("/a/..%2fx")]
    [DataRow("/a/..%5cx")]
    [DataRow("/a/%252e%252e%252fx")]
    [DataRow("/a/%25252e%25252e/x")]
    [DataRow("/a/..;x=y/z")]
    [DataRow("/a/%c0%ae%c0%ae/x")]
    [DataRow("/a/%e0%80%ae%e0%80%ae/x")]
    [DataRow("/a/%c0%ae%c0%ae%c0%afx")]
    [DataRow("http://gateway/a/../x")]
    [DataRow("/a/%2E%2E%5C%2E%2E/x")]
    public async Task A_path_that_climbs_is_400_and_reaches_nobody(string target)
    {
        await using var backend = await TestBackend.StartAsync();
        await using var gateway = await TestGateway.StartAsync(backend);

        var answer = await RawHttp.GetAsync(gateway.Address, target, null, Cancel);

        Assert.AreEqual(400, answer.Status, answer.Body);
        Assert.IsEmpty(backend.Seen);
    }
}
