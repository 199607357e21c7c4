namespace XoeNovAi.IntegrationTests.Hosting;

/// <summary>
/// Kills that no process can prepare for, at moments that a seed chooses: all of an AppHost's process tree at once, or its
/// process group, while it starts or stops.
/// </summary>
[TestClass]
public sealed class SuddenEndTests : StackTest
{
    private const int Moments = 20;
    private const int LongestStartMilliseconds = 6000;
    private const int LongestStopMilliseconds = 2500;
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(10);

    // The stores and Consul: what they leave is what all leave, and they are there in seconds.
    private static readonly string[] Stores = ["--Stack:Run=none"];

    // Two runs at once: what one leaves, the other must not take for its own.
    public static IEnumerable<(int One, int Other)> Seeds => Enumerable.Range(1, Moments).Chunk(2).Select(static s => (s[0], s[1]));

    protected override TimeSpan TestLimit => TimeSpan.FromMinutes(4);

    [TestMethod]
    [Scenario("HOST-06")]
    [DynamicData(nameof(Seeds))]
    public Task Whoever_is_killed_with_all_its_processes_leaves_nothing(int one, int other) => Task.WhenAll(KillAsync(one), KillAsync(other));

    private async Task KillAsync(int seed)
    {
        var random = new Random(seed);
        var whileItStops = random.Next(4) == 0;
        var wholeTree = random.Next(2) == 0;
        var moment = TimeSpan.FromMilliseconds(random.Next(whileItStops ? LongestStopMilliseconds : LongestStartMilliseconds));
        TestContext.WriteLine($"Seed {seed}: its process {(wholeTree ? "tree" : "group")}, {moment.TotalMilliseconds:0} ms after it began to {(whileItStops ? "stop" : "start")}.");

        // A session of its own, and so a group of its own.
        await using var appHost = AppHostProcess.Start(Stores, within: ["setsid"]);
        if (whileItStops)
        {
            await appHost.HealthyAsync(StartLimit, Cancel);
            await appHost.SignalAsync("TERM", Cancel);
        }

        // The moment is what is tested; there is no event that says when it has come.
        await appHost.EndsWithinAsync(moment, Cancel);
        await AppHostProcess.KillAsync(wholeTree ? TreeOf(appHost.ProcessId) : GroupOf(appHost.ProcessId), Cancel);
        await appHost.EndedAsync(EndLimit, Cancel);
        await new RunTraces(Stack, appHost).GoneAsync(Cancel);
    }

    // Parents first: none of them sees a child end.
    private static List<int> TreeOf(int root)
    {
        var children = ProcessEntry.All().ToLookup(static p => p.Parent, static p => p.Id);
        var tree = new List<int> { root };
        for (var i = 0; i < tree.Count; i++)
        {
            tree.AddRange(children[tree[i]]);
        }

        return tree;
    }

    private static List<int> GroupOf(int leader) => [.. ProcessEntry.All().Where(p => p.Group == leader).Select(static p => p.Id)];
}
