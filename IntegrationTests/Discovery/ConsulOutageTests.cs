using XoeNovAi.Consul.Client;
using XoeNovAi.Consul.Discovery;
using XoeNovAi.IntegrationTests.Harness.Faults;
using XoeNovAi.IntegrationTests.Harness.Traffic;

namespace XoeNovAi.IntegrationTests.Discovery;

/// <summary>Consul is away: whoever was known goes on being found, and afterwards all is as it was.</summary>
[TestClass]
public sealed class ConsulOutageTests : StackTest
{
    private const int Around = 100;

    // Some eight seconds of it: longer than it takes to find out that a connection is dead.
    private const int During = 240;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(40);

    protected override IReadOnlyList<string> Touches => ["consul", "gateway", "rag-1", "rag-2", "oikos"];

    [TestMethod]
    [Scenario("DISC-09")]
    [DataRow("restarts")]
    [DataRow("is cut off")]
    [DataRow("hangs")]
    public async Task While_Consul_is_away_every_request_is_answered_and_afterwards_changes_are_followed_again(string outage)
    {
        await Stack.ReadyAsync(Cancel);
        var before = await RegistrationsAsync(Cancel);
        using var kinds = new GatewayTraffic(Stack);
        await using var traffic = OpenTraffic.Start(
            Cancel,
            kinds.Get(10),
            kinds.Get(5, "/oikos/who"),
            kinds.Get(5, "/docs/who"),
            kinds.Post(3, hasKey: false),
            kinds.Query(3, n => $"While Consul {outage} {n} {Trace.TraceId}"),
            kinds.Search(3),
            kinds.Stream(1, static n => $"What is number {n}?"),
            kinds.Socket(1));
        await traffic.AnsweredAsync(Around, Limit, Cancel);
        var began = TimeProvider.System.GetUtcNow();
        switch (outage)
        {
            case "restarts":
                await Stack.Commands.RestartAsync("consul", Cancel);
                break;
            case "is cut off":
                await using (await PacketFault.CutOffAsync(Stack, await Stack.ProcessIdOfAsync("consul", Cancel), Cancel))
                {
                    await traffic.AnsweredAsync(During, Limit, Cancel);
                }

                break;
            default:
                await using (await Freeze.StartAsync(Stack, "consul", Cancel))
                {
                    await traffic.AnsweredAsync(During, Limit, Cancel);
                }

                break;
        }

        var ended = TimeProvider.System.GetUtcNow();
        await Eventually.HoldsAsync("every registration is back", Limit, RegistrationsAsync, now => now.SequenceEqual(before), now => Difference(before, now), Cancel);
        TestContext.WriteLine($"It was away for {(ended - began).TotalSeconds:0.0} s, and knew all again {(TimeProvider.System.GetUtcNow() - ended).TotalSeconds:0.0} s later.");
        await FollowedAsync();
        await traffic.AnsweredAsync(Around, Limit, Cancel);
        var history = await traffic.StopAsync();
        await Stack.ReadyAsync(Cancel);
        foreach (var kind in history.GroupBy(static s => s.Kind))
        {
            TestContext.WriteLine($"{kind.Key}: {new Distribution(kind.Select(static s => s.Took))}");
        }

        var failed = history.Where(static s => !s.IsOk).ToList();
        Assert.IsEmpty(failed, $"It was away from {began:HH:mm:ss.fff} to {ended:HH:mm:ss.fff}. {string.Join("; ", failed)}");
    }

    // One that comes, one that falls sick by its check, and both back.
    private async Task FollowedAsync()
    {
        var rag = (await Stack.Consul.InstancesAsync("rag", Cancel)).First(static e => e.Service.Id == "rag-1").Service;
        await using (await Stack.Consul.RegisterAsync("mkdocs", "mkdocs-added", rag.Address, rag.Port, Cancel))
        {
            await AskedAsync("mkdocs-1 rag-1");
        }

        await AskedAsync("mkdocs-1");
        await using (await Stack.Faults.SetAsync("rag-2", "health=503", Cancel))
        {
            await Stack.Consul.WaitForAsync("rag-2 is critical", "rag", static e => e.Any(static i => i.Service.Id == "rag-2" && !i.IsPassing), Limit, Cancel);
            await AskedAsync("rag-1", "/xnai/api/v1/who");
        }

        await Stack.Consul.WaitForAsync("rag-2 passes again", "rag", static e => e.Count == 2 && e.All(static i => i.IsPassing), Limit, Cancel);
        await AskedAsync("rag-1 rag-2", "/xnai/api/v1/who");
    }

    private Task AskedAsync(string expected, string target = "/docs/who") => Eventually.HoldsAsync(
        $"the gateway asks {expected}",
        Limit,
        async token =>
        {
            var seen = new SortedSet<string>(StringComparer.Ordinal);
            for (var i = 0; i < 10; i++)
            {
                seen.Add(await Stack.EchoAsync(target, token) is { } echo ? $"{echo.Service}-{echo.Instance}" : "nobody");
            }

            return string.Join(' ', seen);
        },
        seen => seen == expected,
        static seen => seen,
        Cancel);

    // All that is registered, and that it passes; nothing, while Consul gives no answer.
    private static async Task<IReadOnlyList<string>> RegistrationsAsync(CancellationToken cancellationToken)
    {
        try
        {
            var all = new List<string>();
            foreach (var service in (await Stack.Consul.ServicesAsync(cancellationToken)).Except(["consul"]))
            {
                all.AddRange((await Stack.Consul.InstancesAsync(service, cancellationToken)).Select(Describe));
            }

            return [.. all.Order(StringComparer.Ordinal)];
        }
        catch (ConsulException exception)
        {
            return [exception.Message];
        }
    }

    private static string Describe(HealthEntry entry)
        => $"{entry.Service.Id} of {entry.Service.Name} at {entry.Service.Address}:{entry.Service.Port} [{string.Join(',', entry.Service.Tags)}] [{Pairs(entry.Service.Meta)}] [{Pairs(entry.Service.TaggedAddresses)}] [{string.Join(',', entry.Checks.Select(static c => $"{c.Id} {c.Status}").Order(StringComparer.Ordinal))}]";

    private static string Pairs<T>(IReadOnlyDictionary<string, T> pairs) => string.Join(',', pairs.OrderBy(static p => p.Key, StringComparer.Ordinal).Select(static p => $"{p.Key}={p.Value}"));

    private static string Difference(IReadOnlyList<string> before, IReadOnlyList<string> now) => $"missing {string.Join("; ", before.Except(now))}, and besides {string.Join("; ", now.Except(before))}";
}
