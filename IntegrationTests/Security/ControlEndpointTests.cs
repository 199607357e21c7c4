using System.Net;
using System.Net.Security;
using System.Text;
using System.Text.Json;
using XoeNovAi.IntegrationTests.Isolation;

namespace XoeNovAi.IntegrationTests.Security;

/// <summary>What steers the stack listens on loopback (ISO-07), and asks others on the same host and on its networks for a key.</summary>
[TestClass]
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
        var session = Path.Combine(new ObservedStack(Stack.Application).Environment.RunRoot, $"run-{Stack.RunId}", "session");
        var kubeconfig = Path.Combine(session, "kubeconfig");
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

    /// <summary>Whoever is on a network with Consul may ask it; everything else of it is its own.</summary>
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

        using var client = Stack.CreateClient("consul");
        var self = await client.GetStringAsync(new Uri("/v1/agent/self", UriKind.Relative), Cancel);
        using var agent = JsonDocument.Parse(self);
        var settings = agent.RootElement.GetProperty("DebugConfig");
        Assert.IsTrue(settings.GetProperty("DisableRemoteExec").GetBoolean(), "Consul lets others run commands.");
        Assert.IsFalse(settings.GetProperty("EnableRemoteScriptChecks").GetBoolean(), "Consul runs scripts that others register.");
    }
}
