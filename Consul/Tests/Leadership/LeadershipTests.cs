using System.Collections.Concurrent;

namespace XoeNovAi.Consul.Tests.Leadership;

/// <summary>Of several who want to lead, one does.</summary>
[TestClass]
public sealed class LeadershipTests : ConsulTest
{
    // A session of ten seconds may live twice as long.
    private static readonly TimeSpan LongLimit = TimeSpan.FromSeconds(60);

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    [Scenario("DISC-12")]
    public async Task Who_stops_hands_over_at_once()
    {
        var key = Unique("leader");
        var events = new ConcurrentQueue<string>();

        // Longer than is waited here: whoever did not let go would be waited for.
        await using var one = Candidate.Start(Consul, key, "one", events, TimeSpan.FromSeconds(60));
        await LeadsAsync("one", events);
        await using var two = Candidate.Start(Consul, key, "two", events);
        await HeldByAsync(key, "one");

        await one.StopAsync();
        await LeadsAsync("two", events);
        Assert.AreEqual("one leads, one ends, two leads", string.Join(", ", events));
        Assert.IsTrue(two.Election.IsLeader);
        Assert.IsFalse(one.Election.IsLeader);
        await HeldByAsync(key, "two");
    }

    /// <summary>The one that leads is cut off, which for the others is as if it had been killed.</summary>
    [TestMethod]
    [Timeout(180_000, CooperativeCancellation = true)]
    [Scenario("DISC-12")]
    public async Task Who_is_cut_off_ends_before_another_leads()
    {
        var key = Unique("leader");
        var events = new ConcurrentQueue<string>();
        await using var wire = new Wire(Server.Address);
        using var cut = new ConsulClient(new(wire.Address));
        await using var one = Candidate.Start(cut, key, "one", events);
        await LeadsAsync("one", events);
        await using var two = Candidate.Start(Consul, key, "two", events);

        await wire.DisposeAsync();
        await LeadsAsync("two", events, LongLimit);
        Assert.AreEqual("one leads, one ends, two leads", string.Join(", ", events));
    }

    [TestMethod]
    [TestCategory("Quick")]
    [Timeout(120_000, CooperativeCancellation = true)]
    [Scenario("DISC-12")]
    [DataRow(true, ArgumentsDisplayName = "the session is ended")]
    [DataRow(false, ArgumentsDisplayName = "the key is removed")]
    public async Task Who_is_deposed_by_somebody_ends_and_one_leads_again(bool bySession)
    {
        var key = Unique("leader");
        var events = new ConcurrentQueue<string>();
        await using var one = Candidate.Start(Consul, key, "one", events);
        await LeadsAsync("one", events);
        var session = (await Consul.Keys.EntryAsync(key, default, Cancel)).Value!.Session!;
        Assert.AreEqual("one", (await Consul.Sessions.InfoAsync(session, default, Cancel)).Value!.Name);

        await (bySession ? Consul.Sessions.DestroyAsync(session, Cancel) : Consul.Keys.DeleteAsync(key, false, Cancel));
        await Eventually.HoldsAsync("it leads again", Limit, _ => Task.FromResult(events.ToArray()), static all => all.Length == 3, static all => string.Join(", ", all), Cancel);
        Assert.AreEqual("one leads, one ends, one leads", string.Join(", ", events));
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    [Scenario("DISC-12")]
    public async Task A_leader_stays_one_for_longer_than_its_session_would_live()
    {
        var key = Unique("leader");
        var events = new ConcurrentQueue<string>();
        await using var one = Candidate.Start(Consul, key, "one", events);
        await LeadsAsync("one", events);
        await using var two = Candidate.Start(Consul, key, "two", events);

        // Consul ends this one, which nobody renews, no sooner than twice its time.
        var session = await Consul.Sessions.CreateAsync(new("not renewed", TimeSpan.FromSeconds(10), TimeSpan.Zero), Cancel);
        await Eventually.HoldsAsync("what is not renewed ends", LongLimit, async token => (await Consul.Sessions.InfoAsync(session, default, token)).Value, static info => info is null, static info => $"{info}", Cancel);
        Assert.AreEqual("one leads", string.Join(", ", events));
    }

    private Task LeadsAsync(string name, ConcurrentQueue<string> events, TimeSpan? limit = null) => Eventually.HoldsAsync(
        $"{name} leads", limit ?? Limit, _ => Task.FromResult(events.ToArray()), all => all.LastOrDefault() == $"{name} leads", static all => string.Join(", ", all), Cancel);

    private async Task HeldByAsync(string key, string name)
    {
        var entry = (await Consul.Keys.EntryAsync(key, default, Cancel)).Value!;
        Assert.AreEqual(name, System.Text.Encoding.UTF8.GetString(entry.Value!));
        Assert.IsNotNull(entry.Session);
    }
}
