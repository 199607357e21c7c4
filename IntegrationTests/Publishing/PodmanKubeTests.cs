using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using XoeNovAi.IntegrationTests.Contract;
using XoeNovAi.IntegrationTests.Portable;

namespace XoeNovAi.IntegrationTests.Publishing;

/// <summary>The YAML that is published for <c>podman kube play</c> is played.</summary>
[TestClass]
public sealed class PodmanKubeTests
{
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromMinutes(2);

    // Of each service, by the contract's routes.
    private static readonly string[] Healthy =
        ["/health", "/xnai/api/v1/health", "/oikos/council/sage?problem=a", "/chat/", "/vikunja/api/v1/info", "/docs/", "/"];

    private static readonly string[] Databases = ["postgres", "redis", "qdrant"];

    // By the contract, they see no database.
    private static readonly string[] Apart = ["gateway", "chainlit", "open-webui", "mkdocs"];

    private static readonly Dictionary<string, int> Ports = new() { ["postgres"] = 5432, ["redis"] = 6379, ["qdrant"] = 6333 };

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Cancel => TestContext.CancellationToken;

    [TestMethod]
    [Scenario("PUB-02")]
    [Scenario("PUB-04")]
    [Timeout(290_000, CooperativeCancellation = true)]
    public async Task The_published_yaml_boots_rootless_and_isolated_and_keeps_the_contract()
    {
        var stack = await PlayedStack.StartAsync(Cancel);
        await using (stack)
        {
            TestContext.WriteLine($"Left out: {stack.LeftOut ?? "nothing"}.");
            await EverythingAnswersAsync(stack);
            await AQueryIsAnsweredAsync(stack);
            await ErrorsHaveTheirShapeAsync(stack);
            await NetworksHoldAsync(stack);
            await HardeningHoldsAsync(stack);
            await ItIsJudgedAsOneThatIsDeployedAsync(stack);
        }

        Assert.IsEmpty(await stack.LeftoversAsync(Cancel), "Something of the played stack is left.");
    }

    private async Task ItIsJudgedAsOneThatIsDeployedAsync(PlayedStack stack)
    {
        var run = await AttachedRun.RunAsync(stack.Gateway.BaseAddress!.OriginalString, Cancel);
        TestContext.WriteLine($"Of a stack that only its gateway's address is known of, {run.Passed.Count} tests passed.");
        Assert.IsEmpty(run.Failed, string.Join(Environment.NewLine, run.Failed));
        Assert.IsGreaterThan(40, run.Passed.Count, run.Said);
        Assert.AreEqual(0, run.ExitCode, run.Said);
    }

    private async Task EverythingAnswersAsync(PlayedStack stack)
    {
        foreach (var path in Healthy)
        {
            await AnswersAsync(stack, HttpMethod.Get, path, null, static _ => true);
        }

        // A store that is slow while all of this starts is one that rag does without.
        var (_, body) = await AnswersAsync(stack, HttpMethod.Get, "/xnai/api/v1/health", null, static body => body.Contains("\"status\":\"healthy\"", StringComparison.Ordinal));
        using var health = JsonDocument.Parse(body);
        Assert.AreEqual("healthy", health.RootElement.GetProperty("status").GetString(), body);
        Assert.AreEqual("connected", health.RootElement.GetProperty("database").GetProperty("status").GetString(), body);
    }

    private async Task AQueryIsAnsweredAsync(PlayedStack stack)
    {
        var (headers, body) = await AnswersAsync(stack, HttpMethod.Post, "/xnai/api/v1/query", new { query = "What is a hearth?" }, static _ => true);
        using var answer = JsonDocument.Parse(body);
        Shape.Check(answer.RootElement, "response:string", "sources:array", "tokens_generated:number", "duration_ms:number", "token_rate_tps:number");
        Assert.AreEqual("DENY", headers.GetValues("X-Frame-Options").Single());
        Assert.HasCount(1, headers.GetValues("X-Request-ID"));
    }

    // What has just been played on a small machine is busy with itself, and may say so.
    private async Task<(HttpResponseHeaders Headers, string Body)> AnswersAsync(PlayedStack stack, HttpMethod method, string path, object? sent, Func<string, bool> holds)
    {
        var answer = await Eventually.HoldsAsync(
            $"{method} {path} answers through the gateway that all is well",
            ReadyLimit,
            async token =>
            {
                try
                {
                    using var request = new HttpRequestMessage(method, path) { Content = sent is null ? null : JsonContent.Create(sent) };
                    using var response = await stack.Gateway.SendAsync(request, token);
                    return (response.StatusCode, Headers: (HttpResponseHeaders?)response.Headers, Body: await response.Content.ReadAsStringAsync(token));
                }
                catch (HttpRequestException exception)
                {
                    return (default, null, $"{exception.Message} {await stack.LogAsync("gateway", token)}");
                }
            },
            answer => answer.StatusCode == HttpStatusCode.OK && holds(answer.Body),
            static answer => $"{(int)answer.StatusCode} {answer.Body}",
            Cancel);
        return (answer.Headers!, answer.Body);
    }

    private async Task ErrorsHaveTheirShapeAsync(PlayedStack stack)
    {
        using var response = await stack.Gateway.PostAsJsonAsync("/xnai/api/v1/query", new { query = string.Empty }, Cancel);
        using var error = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancel));

        Assert.AreEqual(HttpStatusCode.BadRequest, response.StatusCode, error.RootElement.GetRawText());
        foreach (var field in Shape.Error)
        {
            Assert.IsTrue(error.RootElement.TryGetProperty(field, out _), $"'{field}' is missing: {error.RootElement.GetRawText()}");
        }
    }

    // By addresses: a name that Podman's server does not know it would ask outside for.
    private async Task NetworksHoldAsync(PlayedStack stack)
    {
        foreach (var database in Databases)
        {
            foreach (var address in await stack.AddressesOfAsync(database, Cancel))
            {
                Assert.IsTrue(await stack.ReachesAsync("rag-1", address, Ports[database], Cancel), $"rag-1, which is on its network, does not reach {database}.");
                foreach (var service in Apart)
                {
                    Assert.IsFalse(await stack.ReachesAsync(service, address, Ports[database], Cancel), $"{service} reaches {database}.");
                }
            }
        }

        // And nothing but the gateway is published.
        foreach (var service in stack.Memberships.Keys.Where(static s => s != "gateway"))
        {
            Assert.AreEqual(0, PublishedOf(await stack.InspectPodAsync(service, Cancel)), $"{service} publishes a port.");
        }
    }

    private static int PublishedOf(JsonElement container)
        => container.GetProperty("NetworkSettings").GetProperty("Ports") is { ValueKind: JsonValueKind.Object } ports
            ? ports.EnumerateObject().Count(static p => p.Value.ValueKind == JsonValueKind.Array && p.Value.GetArrayLength() > 0)
            : 0;

    private async Task HardeningHoldsAsync(PlayedStack stack)
    {
        foreach (var service in stack.Memberships.Keys)
        {
            var container = await stack.InspectAsync(service, Cancel);
            Assert.IsTrue(container.GetProperty("HostConfig").GetProperty("ReadonlyRootfs").GetBoolean(), $"{service} can write to its root.");
            Assert.AreEqual(0, container.GetProperty("EffectiveCaps") is { ValueKind: JsonValueKind.Array } kept ? kept.GetArrayLength() : 0, $"{service} has capabilities.");
            var process = container.GetProperty("State").GetProperty("Pid").GetInt32();
            var status = await File.ReadAllTextAsync($"/proc/{process}/status", Cancel);
            Assert.Contains("NoNewPrivs:\t1", status, $"{service} can gain privileges.");
            Assert.DoesNotContain("Uid:\t0\t", status, $"{service} is root of this machine.");
        }
    }
}
