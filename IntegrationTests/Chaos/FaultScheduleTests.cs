namespace XoeNovAi.IntegrationTests.Chaos;

[TestClass]
[TestCategory("Quick")]
public sealed class FaultScheduleTests
{
    private static readonly string[] Resources = ["rag-1", "rag-2", "redis", "postgres", "gateway"];

    [TestMethod]
    [Timeout(30_000, CooperativeCancellation = true)]
    public void A_seed_always_gives_the_same_faults_and_another_seed_others()
    {
        var first = FaultSchedule.Draw(17, Resources, TimeSpan.FromMinutes(2));
        CollectionAssert.AreEqual(first.ToList(), FaultSchedule.Draw(17, Resources.Reverse(), TimeSpan.FromMinutes(2)).ToList());
        CollectionAssert.AreNotEqual(first.ToList(), FaultSchedule.Draw(18, Resources, TimeSpan.FromMinutes(2)).ToList());

        // So that a seed of an earlier run is worth something later.
        Assert.AreEqual("0.0 s Kill redis for 2.4 s", $"{first[0]}".Trim());
    }

    [TestMethod]
    [Timeout(30_000, CooperativeCancellation = true)]
    public void Whatever_the_seed_each_kind_happens_to_each_resource_two_at_a_time_and_never_two_to_one()
    {
        var overlapped = 0;
        for (var seed = 0; seed < 200; seed++)
        {
            var faults = FaultSchedule.Draw(seed, Resources, TimeSpan.Zero);
            Assert.HasCount(Resources.Length * Enum.GetValues<FaultKind>().Length, faults);
            Assert.HasCount(faults.Count, faults.Select(static f => (f.Target, f.Kind)).Distinct());
            foreach (var fault in faults)
            {
                var meanwhile = faults.Where(f => f.Begin <= fault.Begin && fault.Begin < f.End).ToList();
                Assert.IsLessThanOrEqualTo(FaultSchedule.MostAtOnce, meanwhile.Count, $"Seed {seed}: {string.Join("; ", meanwhile)}");
                Assert.HasCount(1, meanwhile.Where(f => f.Target == fault.Target), $"Seed {seed}: {string.Join("; ", meanwhile)}");
                Assert.IsInRange(TimeSpan.FromSeconds(0.5), FaultSchedule.Longest, fault.Length);
                overlapped += meanwhile.Count - 1;
            }
        }

        Assert.AreNotEqual(0, overlapped, "Some are in force at the same time.");
    }

    [TestMethod]
    [Timeout(30_000, CooperativeCancellation = true)]
    public void A_longer_time_has_more_of_all()
    {
        var faults = FaultSchedule.Draw(1, Resources, TimeSpan.FromMinutes(5));
        Assert.IsGreaterThanOrEqualTo(TimeSpan.FromMinutes(5), faults.Max(static f => f.End));
        var counts = faults.CountBy(static f => (f.Target, f.Kind)).Select(static c => c.Value).Distinct().ToList();
        Assert.HasCount(1, counts, "Each as often as the others.");
        Assert.IsGreaterThan(1, counts[0]);
    }
}
