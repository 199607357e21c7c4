using System.Net;
using System.Text;
using XoeNovAi.Hosting.Consul;
using XoeNovAi.IntegrationTests.Harness.Consul;

namespace XoeNovAi.IntegrationTests.Discovery;

/// <summary>Who may do what in Consul, asked of it as any caller could. What is allowed is written here, and not read from the model.</summary>
[TestClass]
[TestCategory("Quick")]
public sealed class AccessTests : StackTest
{
    private const string Other = "oikos";
    private const string Key = "disc-14/key";
    private const string Value = "only-for-who-may-read-it";

    private static readonly string[] Refusals = ["Permission denied", "ACL not found", "denied by ACLs"];

    protected override IReadOnlyList<string> Touches => ["consul"];

    /// <summary>What whoever has no token may not do, a service may not do to others either.</summary>
    [TestMethod]
    [Scenario("DISC-14")]
    [DataRow("nobody")]
    [DataRow("a stranger")]
    [DataRow("rag")]
    [DataRow("gateway")]
    public async Task Nobody_registers_changes_or_reads_what_is_not_theirs(string who)
    {
        using var asked = await AsAsync(who);
        await using var key = await Stack.Consul.PutKeyAsync(Key, Value, Cancel);
        var session = await SessionAsync();
        try
        {
            var before = await StateAsync();
            foreach (var (method, path, body) in Refused(session, await Stack.Consul.CheckOfAsync(Other, Cancel)))
            {
                using var response = await asked.SendAsync(method, path, body, Cancel);
                var answer = await response.Content.ReadAsStringAsync(Cancel);

                // A transaction tells of each of its parts, with 409; some of its servers' refusals Consul hands on with 500.
                Assert.IsTrue(
                    response.StatusCode == HttpStatusCode.Forbidden || (!response.IsSuccessStatusCode && Refusals.Any(r => answer.Contains(r, StringComparison.Ordinal))),
                    $"{method} {path}: {(int)response.StatusCode} {answer}");
            }

            // What lists what the caller may see may be empty, and may not show these.
            foreach (var path in (string[])["v1/kv/disc-14?recurse", "v1/kv/?keys", "v1/session/list", "v1/query", "v1/agent/services", "v1/agent/checks", "v1/internal/ui/nodes", "v1/event/list"])
            {
                using var response = await asked.SendAsync(HttpMethod.Get, path, null, Cancel);
                var shown = await response.Content.ReadAsStringAsync(Cancel);
                foreach (var hidden in (string[])[Key, Convert.ToBase64String(Encoding.ASCII.GetBytes(Value)), session, .. await TokensAsync()])
                {
                    Assert.DoesNotContain(hidden, shown, $"{path} shows what it should not.");
                }
            }

            Assert.AreEqual(before, await StateAsync(), "What was refused has been done all the same.");
        }
        finally
        {
            (await Stack.Consul.SendAsync(HttpMethod.Put, $"v1/session/destroy/{session}", null, CancellationToken.None)).Dispose();
        }
    }

    [TestMethod]
    [Scenario("DISC-14")]
    public async Task Whoever_has_no_token_may_look_up_services()
    {
        using var asked = await AsAsync("nobody");

        Assert.HasCount(2, await asked.InstancesAsync("rag", Cancel));
        CollectionAssert.Contains((await asked.ServicesAsync(Cancel)).ToList(), Other);
        foreach (var path in (string[])["v1/catalog/service/rag", "v1/health/service/rag?passing", "v1/catalog/nodes", "v1/status/leader"])
        {
            using var response = await asked.SendAsync(HttpMethod.Get, path, null, Cancel);
            Assert.AreEqual(HttpStatusCode.OK, response.StatusCode, path);
            Assert.IsGreaterThan(2, (await response.Content.ReadAsStringAsync(Cancel)).Trim().Length, $"{path} shows nothing.");
        }
    }

    [TestMethod]
    [Scenario("DISC-14")]
    public async Task A_service_registers_finds_and_removes_itself_with_its_token_and_gets_a_certificate_of_its_own_only()
    {
        const string Own = "vikunja";
        using var asked = await AsAsync(Own);
        Assert.AreEqual(HttpStatusCode.OK, await StatusAsync(asked, HttpMethod.Put, "v1/agent/service/register", new { ID = "disc-14", Name = Own, Address = "127.0.0.1", Port = 1 }));
        try
        {
            await asked.WaitForAsync("it is found", Own, static e => e.Any(static i => i.Service.Id == "disc-14"), TimeSpan.FromSeconds(20), Cancel);
            Assert.AreEqual(HttpStatusCode.OK, await StatusAsync(asked, HttpMethod.Put, "v1/agent/service/maintenance/disc-14?enable=true", null));
            Assert.AreEqual(HttpStatusCode.OK, await StatusAsync(asked, HttpMethod.Get, $"v1/agent/connect/ca/leaf/{Own}", null));
            Assert.AreEqual(HttpStatusCode.Forbidden, await StatusAsync(asked, HttpMethod.Get, $"v1/agent/connect/ca/leaf/{Other}", null));
        }
        finally
        {
            Assert.AreEqual(HttpStatusCode.OK, await StatusAsync(asked, HttpMethod.Put, "v1/agent/service/deregister/disc-14", null));
        }

        await asked.WaitForAsync("it is gone", Own, static e => e.Count == 1, TimeSpan.FromSeconds(20), Cancel);
    }

    private static (HttpMethod Method, string Path, object? Body)[] Refused(string session, string check) =>
    [
        (HttpMethod.Put, "v1/agent/service/register", new { ID = "disc-14", Name = Other, Address = "10.0.0.1", Port = 1 }),
        (HttpMethod.Put, "v1/agent/service/register", new { ID = $"{Other}-1", Name = Other, Address = "10.0.0.1", Port = 1 }),
        (HttpMethod.Put, "v1/agent/service/register", new { ID = "disc-14", Name = "a-new-one", Address = "10.0.0.1", Port = 1 }),
        (HttpMethod.Put, "v1/catalog/register", new { Node = "disc-14", Address = "10.0.0.1", Service = new { Service = Other, Port = 1 } }),
        (HttpMethod.Put, $"v1/agent/service/deregister/{Other}-1", null),
        (HttpMethod.Put, $"v1/agent/service/maintenance/{Other}-1?enable=true", null),
        (HttpMethod.Put, "v1/agent/maintenance?enable=true", null),
        (HttpMethod.Put, $"v1/agent/check/fail/{check}", null),
        (HttpMethod.Put, "v1/agent/check/register", new { ID = "disc-14", Name = "on the node", TTL = "10s" }),
        (HttpMethod.Put, "v1/agent/leave", null),
        (HttpMethod.Put, "v1/agent/force-leave/nobody", null),
        (HttpMethod.Put, "v1/agent/join/127.0.0.1", null),
        (HttpMethod.Put, "v1/agent/reload", null),
        (HttpMethod.Put, "v1/agent/token/agent", new { Token = "00000000-0000-0000-0000-000000000002" }),
        (HttpMethod.Get, "v1/agent/self", null),
        (HttpMethod.Get, "v1/agent/metrics", null),
        (HttpMethod.Get, $"v1/kv/{Key}", null),
        (HttpMethod.Put, $"v1/kv/{Key}", "another"),
        (HttpMethod.Delete, $"v1/kv/{Key}", null),
        (HttpMethod.Delete, "v1/kv/?recurse", null),
        (HttpMethod.Put, "v1/txn", (object[])[new { KV = new { Verb = "set", Key, Value = "YW5vdGhlcg==" } }]),
        (HttpMethod.Put, "v1/session/create", new { Name = "disc-14" }),
        (HttpMethod.Put, $"v1/session/destroy/{session}", null),
        (HttpMethod.Get, "v1/acl/tokens", null),
        (HttpMethod.Get, "v1/acl/policies", null),
        (HttpMethod.Put, "v1/acl/token", new { Policies = new[] { new { Name = "global-management" } } }),
        (HttpMethod.Put, "v1/acl/bootstrap", null),
        (HttpMethod.Put, "v1/config", new { Kind = "service-defaults", Name = Other, Protocol = "tcp" }),
        (HttpMethod.Post, "v1/connect/intentions", new { SourceName = "*", DestinationName = Other, Action = "allow" }),
        (HttpMethod.Get, "v1/connect/ca/configuration", null),
        (HttpMethod.Get, $"v1/agent/connect/ca/leaf/{Other}", null),
        (HttpMethod.Put, "v1/event/fire/disc-14", null),
        (HttpMethod.Get, "v1/operator/raft/configuration", null),
        (HttpMethod.Get, "v1/operator/keyring", null),
        (HttpMethod.Get, "v1/snapshot", null),
    ];

    private async Task<ConsulApi> AsAsync(string who)
        => new(Stack.Application.GetEndpoint("consul"), who switch
        {
            "nobody" => null,
            "a stranger" => Guid.NewGuid().ToString(),
            _ => await Consul.Tokens[who].GetValueAsync(Cancel),
        }, Consul.AuthorityPem);

    private static ConsulResource Consul => Stack.Application.Services.GetRequiredService<DistributedApplicationModel>().Resources.OfType<ConsulResource>().Single();

    private async Task<IReadOnlyList<string>> TokensAsync()
        => [.. await Task.WhenAll(Consul.TokenParameters.Select(async p => (await p.GetValueAsync(Cancel))!))];

    private async Task<string> SessionAsync()
    {
        using var response = await Stack.Consul.SendAsync(HttpMethod.Put, "v1/session/create", new { Name = "disc-14" }, Cancel);
        using var created = System.Text.Json.JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancel));
        return created.RootElement.GetProperty("ID").GetString()!;
    }

    // The instances, the keys and who may what, as whoever may do everything sees them.
    private async Task<string> StateAsync()
    {
        var entries = (await Stack.Consul.InstancesAsync(Other, Cancel)).Select(static e => $"{e.Service.Id} {e.Service.Address} {e.IsPassing}");
        var state = new StringBuilder(string.Join(", ", entries.Concat((await Stack.Consul.ServicesAsync(Cancel)).Order(StringComparer.Ordinal))));
        foreach (var path in (string[])["v1/kv/disc-14?recurse", "v1/acl/tokens", "v1/acl/policies", "v1/connect/intentions", "v1/session/list"])
        {
            using var response = await Stack.Consul.SendAsync(HttpMethod.Get, path, null, Cancel);
            state.AppendLine().Append(path).Append(": ").Append(await response.Content.ReadAsStringAsync(Cancel));
        }

        return state.ToString();
    }

    private async Task<HttpStatusCode> StatusAsync(ConsulApi consul, HttpMethod method, string path, object? body)
    {
        using var response = await consul.SendAsync(method, path, body, Cancel);
        return response.StatusCode;
    }
}
