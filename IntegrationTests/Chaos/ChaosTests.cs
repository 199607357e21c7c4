using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using XoeNovAi.Consul.Client;
using XoeNovAi.IntegrationTests.Harness.Traffic;

namespace XoeNovAi.IntegrationTests.Chaos;

/// <summary>Everything that is in containers is killed, frozen and cut off while it is used, in an order that is drawn.</summary>
[TestClass]
public sealed class ChaosTests
{
    private const string Scenario = "CHAOS-04";
    private const string SeedParameter = "chaos-seed";
    private const string MinutesParameter = "chaos-minutes";

    // The same each time, so that who has changed something knows what it was; other seeds are for the long lane.
    private const int UsualSeed = 2;
    private const int Around = 60;
    private static readonly TimeSpan CacheLifetime = TimeSpan.FromSeconds(5);

    // A read that was under way when a memory was replaced keeps the old one for so long again: what a fault may hold it up, and the pauses of TCP after that.
    private static readonly TimeSpan Stale = CacheLifetime + (2 * FaultSchedule.Longest);
    private static readonly TimeSpan WellWithin = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan WellLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan AttemptLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan SettleLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    // Beside the faults: the start, the way back, and a machine that is slower than the plan.
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(8);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };
    private static readonly string[] Arguments =
    [
        "--Stack:Echo=true",
        "--Stack:Services:rag:Environment:Breakers__CacheBreak=00:00:02",
        "--Stack:Services:curation-worker:Environment:Streams__ClaimAfter=00:00:02",
        $"--Stack:Services:memory-bank:Environment:Memory__CacheLifetime={CacheLifetime}",
    ];

    public required TestContext TestContext { get; set; }

    /// <summary>As <c>--test-parameter chaos-seed=17</c> says; the usual one otherwise.</summary>
    private int Seed { get; set; }

    /// <summary>As <c>--test-parameter chaos-minutes=30</c> says; otherwise as long as each takes once.</summary>
    private int Minutes => Parameter(MinutesParameter) ?? 0;

    [TestMethod]
    [Scenario("CHAOS-04")]
    [Timeout(7_200_000, CooperativeCancellation = true)]
    public async Task Whatever_is_killed_frozen_and_cut_off_nothing_acknowledged_is_lost_and_all_is_well_within_30_s()
    {
        Seed = Parameter(SeedParameter) ?? UsualSeed;
        var repeat = $"Seed {Seed}. To have the same again: dotnet test --project IntegrationTests --filter TestCategory={Scenario} --test-parameter {SeedParameter}={Seed} --test-parameter {MinutesParameter}={Minutes}";
        TestContext.WriteLine(repeat);
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.CancellationToken);
            limit.CancelAfter(Rest + (2 * TimeSpan.FromMinutes(Minutes)));
            await RunAsync(limit.Token);
        }
        catch (Exception exception)
        {
            throw new AssertFailedException($"{repeat}{Environment.NewLine}{(exception is AssertFailedException ? exception.Message : exception)}", exception);
        }
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var stack = await Stack.StartAsync(Arguments, cancellationToken);
        var containers = stack.Model.Containers;
        var schedule = FaultSchedule.Draw(Seed, containers, TimeSpan.FromMinutes(Minutes));
        TestContext.WriteLine(string.Join(Environment.NewLine, schedule));

        await using var load = await ChaosLoad.StartAsync(stack, cancellationToken);
        await load.AnsweredAsync(Around, cancellationToken);
        var faults = await new FaultRun(stack).RunAsync(schedule, cancellationToken);
        var last = faults.Max(static f => f.To);
        var (well, trouble) = await WellAsync(stack, containers, cancellationToken);
        await load.AnsweredAsync(Around, cancellationToken);
        var (history, sent) = await load.StopAsync();
        await using var reader = await StoreReader.CreateAsync(stack, load, cancellationToken);
        var left = await reader.SettledAsync(SettleLimit, cancellationToken);
        var stores = await reader.ReadAsync(cancellationToken);

        Keep(history, sent, faults, last, well);
        List<string> findings =
        [
            .. trouble,
            .. left,
            .. HistoryChecks.LostWrites(history, stores),
            .. HistoryChecks.Audits(history, stores),
            .. HistoryChecks.StaleReads(history, static source => source == "cache" ? Stale : TimeSpan.Zero),
            .. HistoryChecks.LateRecovery(history, last, well, WellWithin),
        ];
        Assert.IsEmpty(findings, string.Join(Environment.NewLine, findings.Prepend($"{findings.Count} findings:")));
    }

    /// <summary>When everything was well, and what was wrong last when it never was.</summary>
    private static async Task<(DateTimeOffset? At, IReadOnlyList<string> Trouble)> WellAsync(Stack stack, IReadOnlyList<string> containers, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(WellLimit);
        var last = "nothing was looked at";
        while (!limit.IsCancellationRequested)
        {
            // Who hangs gives no answer: others are looked at in between.
            using var attempt = CancellationTokenSource.CreateLinkedTokenSource(limit.Token);
            attempt.CancelAfter(AttemptLimit);
            try
            {
                foreach (var container in containers)
                {
                    last = $"'{container}' is not healthy";
                    await stack.Application.ResourceNotifications.WaitForResourceHealthyAsync(container, attempt.Token);
                }

                last = "a service is not with its stores, not in Consul, or not known to the gateway";
                await stack.ReadyAsync(attempt.Token);
                return (TimeProvider.System.GetUtcNow(), []);
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or ConsulException or AssertFailedException)
            {
                last = exception.Message;
                await Task.Delay(Pause, cancellationToken);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // It is said below what was waited for.
            }
        }

        return (null, [$"Not well after {WellLimit.TotalSeconds:0} s: {last}"]);
    }

    private void Keep(IReadOnlyList<Operation> history, IReadOnlyList<Sent> sent, IReadOnlyList<FaultInForce> faults, DateTimeOffset last, DateTimeOffset? well)
    {
        var figures = new ScenarioFigures(TestContext, Scenario);
        foreach (var kind in history.GroupBy(static o => o.Kind))
        {
            foreach (var outcome in kind.GroupBy(static o => o.Outcome))
            {
                figures.Add($"{kind.Key}, {outcome.Key}", new Distribution(outcome.Select(static o => o.End - o.Begin)));
            }
        }

        if (HistoryChecks.Staleness(history).ToList() is { Count: > 0 } stale)
        {
            figures.Add("memories read that had been replaced, since when", new Distribution(stale));
        }

        figures.Add("seed", Seed);
        figures.Add("faults", faults.Count);
        figures.Add("faults that met another", faults.Count(f => faults.Any(o => o != f && o.From < f.To && f.From < o.To)));
        figures.Add("ms from the end of the last fault until all is well", well is { } at ? (long)(at - last).TotalMilliseconds : -1);
        foreach (var fault in faults)
        {
            figures.AddFault($"{fault.Planned.Kind} {fault.Planned.Target}", fault.From, fault.To);
            TestContext.WriteLine($"{fault}");
        }

        figures.Write();
        figures.WriteTable(Sent.Heading, sent.Select(static s => s.Line));
        figures.WriteLines(history.Select(static o => JsonSerializer.Serialize(o, Json)));
        TestContext.WriteLine(string.Join(Environment.NewLine, history.Where(static o => o.Outcome != Outcome.Acknowledged).CountBy(static o => $"{o.Kind} {o.Outcome}: {Beginning(o.Detail)}").Select(static c => $"{c.Value} × {c.Key}")));
    }

    // What differs each time, ids and times, comes later.
    private static string Beginning(string detail) => detail[..Math.Min(detail.Length, 80)].ReplaceLineEndings(" ");

    private int? Parameter(string name) => TestContext.Properties.TryGetValue(name, out var given) ? int.Parse($"{given}", NumberStyles.None, CultureInfo.InvariantCulture) : null;
}
