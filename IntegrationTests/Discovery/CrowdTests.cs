namespace XoeNovAi.IntegrationTests.Discovery;

/// <summary>Consul under load: many register, many watch, somebody asks.</summary>
[TestClass]
public sealed class CrowdTests : StackTest
{
    private const int Watchers = 100;
    private static readonly int[] Steps = [50, 500, 2000];
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    // Under a minute when nothing else runs.
    protected override TimeSpan TestLimit => TimeSpan.FromMinutes(4);

    [TestMethod]
    [Scenario("DISC-07")]
    public async Task Of_two_thousand_registrations_none_is_lost_and_none_is_called_critical()
    {
        await using var listener = await ExtraInstance.StartAsync(Stack, "mkdocs", new Dictionary<string, string> { ["ConnectionStrings__consul"] = string.Empty }, Cancel);
        await using var consul = await ExtraConsul.StartAsync(Stack, Cancel);
        TestContext.WriteLine($"Limits of this Consul: {consul.Limits}");
        var figures = new ScenarioFigures(TestContext, "DISC-07");
        var crowd = new Crowd(consul.Api, $"http://{await listener.AddressOnAsync("app-network", Cancel)}:{listener.Settings["Discovery__Port"]}/");
        var watched = Enumerable.Range(0, Watchers).Select(static _ => new Crowd.Watched()).ToList();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var watching = Task.WhenAll(watched.Select((seen, number) => crowd.WatchAsync(number, seen, over.Token)));
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var asking = crowd.AskAsync(enough.Token);
        try
        {
            for (var step = 0; step < Steps.Length; step++)
            {
                await crowd.RegisterAsync(step == 0 ? 0 : Steps[step - 1], Steps[step], Cancel);
                await SeenAsync(watched, Steps[step]);
                var (writes, propagations, queries) = crowd.Take();
                figures.Add($"registration, up to {Steps[step]}", writes);
                figures.Add($"from the registration until it is seen, up to {Steps[step]}", propagations);
                figures.Add($"query, up to {Steps[step]}", queries);
            }

            Assert.IsEmpty(await consul.Api.ChecksAsync("critical", Cancel));
            Assert.IsEmpty(await consul.Api.ChecksAsync("warning", Cancel));
            Assert.HasCount(Steps[^1] + (Steps[^1] / 100) + 1, await consul.Api.ChecksAsync("passing", Cancel), "each its own, some one more, and the node's");
            foreach (var service in Enumerable.Range(0, Steps[^1]).GroupBy(Crowd.ServiceOf))
            {
                CollectionAssert.AreEquivalent(Ids(service), (await consul.Api.PassingAsync(service.Key, Cancel)).Select(static e => e.Service.Id).ToList());
            }

            await enough.CancelAsync();
            await asking;
            await crowd.DeregisterAsync(Cancel);
            await SeenAsync(watched, 0);
        }
        finally
        {
            await enough.CancelAsync();
            await over.CancelAsync();
            await Task.WhenAll(watching, asking);
        }

        figures.Add("watchers", Watchers);
        figures.Add("seen not passing", crowd.NotPassing.Count);
        figures.Write();
        Assert.IsEmpty(crowd.NotPassing, string.Join(Environment.NewLine, crowd.NotPassing));
    }

    private static List<string> Ids(IGrouping<string, int> service) => [.. service.Select(n => $"{service.Key}-{n}")];

    private async Task SeenAsync(IReadOnlyList<Crowd.Watched> watched, int count)
    {
        var expected = Enumerable.Range(0, count).GroupBy(Crowd.ServiceOf).ToDictionary(static s => s.Key, static s => Ids(s).ToHashSet());
        await Eventually.HoldsAsync(
            $"all watchers see exactly the instances of {count}",
            Limit,
            _ => Task.FromResult(watched.Index().Where(w => !w.Item.Ids.SetEquals(expected.GetValueOrDefault(Crowd.ServiceOf(w.Index)) ?? [])).ToList()),
            static others => others.Count == 0,
            static others => $"{others.Count} see others, the first of them {others[0].Item.Ids.Count}",
            Cancel);
    }
}
