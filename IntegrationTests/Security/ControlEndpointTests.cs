using System.Net;
using System.Net.Security;
using System.Text;
using System.Text.Json;
using XoeNovAi.Hosting.Consul;
using XoeNovAi.Hosting.Podman.Runs;
using XoeNovAi.IntegrationTests.Harness.Consul;
using XoeNovAi.IntegrationTests.Isolation;

namespace XoeNovAi.IntegrationTests.Security;

/// <summary>What steers the stack listens on loopback, and asks others on the same host and on its networks for a key.</summary>
[TestClass]
[TestCategory("Quick")]
public sealed class ControlEndpointTests : StackTest
{
    private const int FaultPort = 9009;

    [TestMethod]
    [Scenario("SEC-05")]
    [DataRow("http", "/api/telemetry/traces", "x-api-key")]
    [DataRow("http", "/api/telemetry/logs", "x-api-key")]
    [DataRow("otlp-http", "/v1/traces", "x-otlp-api-key")]
    [DataRow("otlp-http", "/v1/logs", "x-otlp-api-key")]
    [DataRow("otlp-http", "/v1/metrics", "x-otlp-api-key")]
    public async Task The_dashboard_refuses_who_has_no_key_or_a_wrong_one(string endpoint, string target, string header)
    {
        using var client = new HttpClient { BaseAddress = Stack.Application.GetEndpoint("aspire-dashboard", endpoint) };
        foreach (var key in (string?[])[null, "wrong", string.Empty])
        {
            using var request = new HttpRequestMessage(endpoint == "http" ? HttpMethod.Get : HttpMethod.Post, target);
            if (endpoint != "http")
            {
                request.Content = new ByteArrayContent([]) { Headers = { ContentType = new("application/x-protobuf") } };
            }

            if (key is not null)
            {
                request.Headers.TryAddWithoutValidation(header, key);
            }

            using var response = await client.SendAsync(request, Cancel);
            Assert.AreEqual(HttpStatusCode.Unauthorized, response.StatusCode, $"{target} with {(key is null ? "no key" : $"the key '{key}'")}");
        }
    }

    [TestMethod]
    [Scenario("SEC-05")]
    public async Task The_orchestrator_refuses_who_has_no_token_and_hides_it_from_others_on_the_host()
    {
        var kubeconfig = Directory.EnumerateFiles(Stack.Application.Services.GetRequiredService<PodmanRun>().FolderPath, "kubeconfig", SearchOption.AllDirectories).Single();
        var session = Path.GetDirectoryName(kubeconfig)!;
        Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(session), session);
        Assert.AreEqual(UnixFileMode.None, File.GetUnixFileMode(kubeconfig) & (UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite), kubeconfig);
        var lines = await File.ReadAllLinesAsync(kubeconfig, Cancel);
        var server = new Uri(lines.Select(static l => l.Trim()).First(static l => l.StartsWith("server:", StringComparison.Ordinal))["server:".Length..].Trim().Trim('"'));
        Assert.IsTrue(server.IsLoopback, $"{server}");

        // Its certificate is of its own making; what is asked here is whether it answers strangers.
        using var client = new HttpClient(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = static (_, certificate, _, errors) => certificate is not null && !errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable) } }) { BaseAddress = server };
        foreach (var token in (string?[])[null, "wrong"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/apis/usvc-dev.developer.microsoft.com/v1/executables");
            request.Headers.Authorization = token is null ? null : new("Bearer", token);
            using var response = await client.SendAsync(request, Cancel);
            Assert.IsTrue(response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden, $"With {(token is null ? "no token" : "a wrong one")}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync(Cancel)}");
        }
    }

    [TestMethod]
    [Scenario("SEC-05")]
    public async Task The_switches_for_faults_are_reached_from_no_other_container()
    {
        var stack = new ObservedStack(Stack.Application);
        await using var lab = await Lab.OpenAsync(stack, Cancel);
        var containers = await StackContainers.FindAsync(stack, Cancel);
        var listening = new StringBuilder().AppendJoin('\n', containers.Select(static c => $"nsenter -t {c.ProcessId} -n ss -ltnH | awk '{{ print $4 }}'"));
        var switches = (await new NamespaceShell(stack.Podman).RunAsync(listening.ToString(), Cancel)).Split('\n').Where(static l => l.EndsWith($":{FaultPort}", StringComparison.Ordinal)).ToList();

        Assert.IsNotEmpty(switches, "No service listens for faults: there is nothing to be kept from others.");
        Assert.IsTrue(switches.TrueForAll(static s => s.StartsWith("127.", StringComparison.Ordinal) || s.StartsWith("[::1]", StringComparison.Ordinal)), $"They listen on {string.Join(", ", switches)}.");
        var answers = await lab.Prober.ConnectAsync([.. containers.Select(static c => c.ProcessId)], [.. containers.SelectMany(static c => c.Addresses.Values).Select(static a => new ProbeTarget(a, FaultPort))], Cancel);
        Assert.IsFalse(answers.Values.Contains(Answer.Open), $"Connected: {string.Join(", ", answers.Where(static a => a.Value == Answer.Open).Select(static a => a.Key.Target))}");
    }

    /// <summary>Whoever is on a network with Consul, or on the host, may look up services as by DNS. Everything else takes a token, and a service's is for that service.</summary>
    [TestMethod]
    [Scenario("SEC-05")]
    [DataRow(null, ArgumentsDisplayName = "no token")]
    [DataRow("5f1c0a52-3c5e-4f0e-9d43-1d2b7f6f8e11", ArgumentsDisplayName = "a token it does not know")]
    [DataRow("rag", ArgumentsDisplayName = "rag's token")]
    [DataRow("gateway", ArgumentsDisplayName = "the gateway's token")]
    public async Task Consul_lets_nobody_do_what_is_not_theirs(string? who)
    {
        const string Other = "oikos";
        var consul = Stack.Application.Services.GetRequiredService<DistributedApplicationModel>().Resources.OfType<ConsulResource>().Single();
        var isService = who is not null && consul.Tokens.ContainsKey(who);
        var token = isService ? await consul.Tokens[who!].GetValueAsync(Cancel) : who;
        var before = await Stack.Consul.InstancesAsync(Other, Cancel);
        using var asked = new ConsulApi(Stack.Application.GetEndpoint("consul"), token, consul.AuthorityPem);

        (HttpMethod Method, string Path, object? Body)[] refused =
        [
            (HttpMethod.Put, $"v1/agent/service/deregister/{Other}-1", null),
            (HttpMethod.Put, "v1/agent/service/register", new { ID = $"{Other}-1", Name = Other, Address = "10.0.0.1", Port = 1 }),
            (HttpMethod.Put, "v1/catalog/register", new { Node = "strange", Address = "10.0.0.1", Service = new { Service = Other, Port = 1 } }),
            (HttpMethod.Put, $"v1/agent/service/maintenance/{Other}-1?enable=true", null),
            (HttpMethod.Put, $"v1/agent/check/fail/{await Stack.Consul.CheckOfAsync(Other, Cancel)}", null),
            (HttpMethod.Put, "v1/agent/force-leave/nobody", null),
            (HttpMethod.Put, "v1/kv/xnai/gateway/maintenance", "on"),
            (HttpMethod.Get, "v1/kv/secret", null),
            (HttpMethod.Get, "v1/agent/self", null),
            (HttpMethod.Get, "v1/acl/tokens", null),
            (HttpMethod.Put, "v1/acl/token", new { Policies = new[] { new { Name = "global-management" } } }),
            (HttpMethod.Put, "v1/acl/bootstrap", null),
            (HttpMethod.Get, "v1/snapshot", null),
        ];
        foreach (var (method, path, body) in refused)
        {
            using var response = await asked.SendAsync(method, path, body, Cancel);
            Assert.AreEqual(HttpStatusCode.Forbidden, response.StatusCode, $"{method} {path}: {await response.Content.ReadAsStringAsync(Cancel)}");
        }

        // The same token does what it is for, and what was refused was not done.
        if (token is null || isService)
        {
            Assert.HasCount(2, await asked.InstancesAsync("rag", Cancel));
        }

        using var maintenance = await asked.SendAsync(HttpMethod.Get, "v1/kv/xnai/gateway/maintenance", null, Cancel);
        Assert.AreEqual(who == "gateway" ? HttpStatusCode.NotFound : HttpStatusCode.Forbidden, maintenance.StatusCode, "The gateway's switch");
        CollectionAssert.AreEqual(before.Select(static e => $"{e.Service.Id} {e.Service.Address} {e.IsPassing}").ToList(), (await Stack.Consul.InstancesAsync(Other, Cancel)).Select(static e => $"{e.Service.Id} {e.Service.Address} {e.IsPassing}").ToList());
    }

    /// <summary>Consul answers its HTTP API; everything else of it is its own.</summary>
    [TestMethod]
    [Scenario("SEC-05")]
    public async Task Consul_answers_its_HTTP_API_and_nothing_else_and_runs_no_commands()
    {
        var stack = new ObservedStack(Stack.Application);
        await using var lab = await Lab.OpenAsync(stack, Cancel);
        var containers = (await StackContainers.FindAsync(stack, Cancel)).ToDictionary(static c => c.Name);
        List<ProbeTarget> others = [.. containers["consul"].Addresses.Values.SelectMany(static a => ((int[])[8300, 8301, 8302, 8502, 8503, 8600]).SelectMany(p => (ProbeTarget[])[new(a, p), new(a, p, ProbeProtocol.Udp)]))];
        var answers = await lab.Prober.ConnectAsync([containers["rag-1"].ProcessId, containers["gateway"].ProcessId], others, Cancel);
        Assert.IsFalse(answers.Values.Contains(Answer.Open), $"Answered: {string.Join(", ", answers.Where(static a => a.Value == Answer.Open).Select(static a => a.Key.Target))}");

        using var self = await Stack.Consul.SendAsync(HttpMethod.Get, "v1/agent/self", null, Cancel);
        using var agent = JsonDocument.Parse(await self.Content.ReadAsStringAsync(Cancel));
        var settings = agent.RootElement.GetProperty("DebugConfig");
        Assert.IsTrue(settings.GetProperty("DisableRemoteExec").GetBoolean(), "Consul lets others run commands.");
        Assert.IsFalse(settings.GetProperty("EnableRemoteScriptChecks").GetBoolean(), "Consul runs scripts that others register.");
    }
}
