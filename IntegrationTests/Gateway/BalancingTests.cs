using System.Collections.Concurrent;
using System.Net.Http.Json;
using XoeNovAi.IntegrationTests.Harness.Consul;

namespace XoeNovAi.IntegrationTests.Gateway;

[TestClass]
public sealed class BalancingTests : StackTest
{
    private const int Workers = 8;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    protected override IReadOnlyList<string> Touches => ["gateway", "rag-1", "rag-2"];

    [TestMethod]
    [Scenario("GATE-03")]
    public async Task Round_robin_gives_each_of_three_instances_its_third()
    {
        const int Requests = 300;
        await using (await ExtraInstance.StartAsync(Stack, "3", Cancel))
        {
            await Stack.Consul.WaitForAsync("three of rag pass", "rag", static e => e.Count == 3 && e.All(static i => i.IsPassing), Limit, Cancel);
            await Eventually.HoldsAsync("the gateway asks rag-3", Limit, static token => Stack.EchoAsync("/xnai/api/v1/who", token), static echo => echo?.Instance == "3", static echo => echo?.Instance ?? "nobody", Cancel);

            var shares = await AskAsync("/xnai/api/v1/who", Requests);

            TestContext.WriteLine($"Of {Requests}: {Show(shares)}");
            Assert.HasCount(3, shares);
            foreach (var (instance, count) in shares)
            {
                Assert.AreEqual(Requests / 3.0, count, Requests / 30.0, $"rag-{instance} is within 10 % of its share: {Show(shares)}");
            }
        }

        await Stack.ReadyAsync(Cancel);
    }

    [TestMethod]
    [Scenario("GATE-03")]
    public async Task Least_requests_spares_the_slow_instance()
    {
        const int Requests = 200;
        await using var two = await RegisterAsync("oikos", "rag-2");
        await Eventually.HoldsAsync("both instances answer", Limit, static token => AskAsync("/oikos/who", Workers, token), static shares => shares.Count == 2, Show, Cancel);
        await using var slow = await Stack.Faults.SetAsync("rag-2", "delay_ms=300", Cancel);
        var shares = await AskAsync("/oikos/who", Requests);

        TestContext.WriteLine($"Of {Requests}, instance 2 being 300 ms slow: {Show(shares)}");
        Assert.IsLessThan(Requests / 4, shares.GetValueOrDefault("2"), Show(shares));
        Assert.IsGreaterThan(0, shares.GetValueOrDefault("2"), "a slow instance is spared, not left out");
    }

    [TestMethod]
    [Scenario("GATE-03")]
    public async Task A_caller_with_the_affinity_cookie_stays_with_its_instance()
    {
        await using var two = await RegisterAsync("chainlit", "rag-2");
        await Eventually.HoldsAsync("callers without the cookie are spread", Limit, static token => AskAsync("/who", Workers, token), static shares => shares.Count == 2, Show, Cancel);

        for (var caller = 0; caller < 4; caller++)
        {
            using var first = await Stack.Gateway.GetAsync("/who", Cancel);
            var instance = (await first.Content.ReadFromJsonAsync<Echo>(Cancel))!.Instance;
            var cookie = first.Headers.TryGetValues("Set-Cookie", out var cookies) ? cookies.Single(static c => c.StartsWith("xnai-chainlit=", StringComparison.Ordinal)) : null;
            Assert.IsNotNull(cookie, "the first answer binds the caller");
            Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);

            for (var i = 0; i < 20; i++)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, "/who");
                request.Headers.Add("Cookie", cookie.Split(';')[0]);
                using var response = await Stack.Gateway.SendAsync(request, Cancel);
                Assert.AreEqual(instance, (await response.Content.ReadFromJsonAsync<Echo>(Cancel))!.Instance, $"request {i} of a caller of rag-{instance}");
            }
        }
    }

    private static string Show(Dictionary<string, int> shares) => string.Join(", ", shares.OrderBy(static s => s.Key, StringComparer.Ordinal).Select(static s => $"rag-{s.Key} {s.Value}"));

    private static async Task<Dictionary<string, int>> AskAsync(string target, int requests, CancellationToken cancellationToken)
    {
        var shares = new ConcurrentDictionary<string, int>();
        await Parallel.ForAsync(0, requests, new ParallelOptions { MaxDegreeOfParallelism = Workers, CancellationToken = cancellationToken }, async (_, token) =>
        {
            var echo = await Stack.EchoAsync(target, token);
            shares.AddOrUpdate(echo?.Instance ?? "nobody", 1, static (_, count) => count + 1);
        });
        return new(shares);
    }

    private Task<Dictionary<string, int>> AskAsync(string target, int requests) => AskAsync(target, requests, Cancel);

    private async Task<ConsulLease> RegisterAsync(string service, string rag)
    {
        var instance = (await Stack.Consul.InstancesAsync("rag", Cancel)).Single(e => e.Service.Id == rag).Service;
        return await Stack.Consul.RegisterAsync(service, $"{service}-{rag}", instance.Address, instance.Port, Cancel);
    }
}
