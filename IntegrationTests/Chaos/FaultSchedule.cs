namespace XoeNovAi.IntegrationTests.Chaos;

/// <summary>
/// Which faults happen when: everything is drawn from a seed. Each kind happens to each resource before any happens to it again, so that
/// every run has all of them, in an order of its own.
/// </summary>
internal static class FaultSchedule
{
    /// <summary>How many faults are in force at the same time, at most.</summary>
    public const int MostAtOnce = 2;

    /// <summary>The longest a fault is.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(4);

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1.5);

    /// <summary>The same faults for the same seed, resources and time.</summary>
    /// <param name="seed">What all is drawn from.</param>
    /// <param name="resources">To whom they happen; their order does not matter.</param>
    /// <param name="time">Until when there are more. Each kind happens to each resource once, however short it is.</param>
    public static IReadOnlyList<PlannedFault> Draw(int seed, IEnumerable<string> resources, TimeSpan time)
    {
#pragma warning disable CA5394 // Nothing is to be kept from anybody: it is to be the same again.
        var random = new Random(seed);
        var all = resources.Order(StringComparer.Ordinal).SelectMany(static r => Enum.GetValues<FaultKind>().Select(k => (Resource: r, Kind: k))).ToArray();
        var free = new TimeSpan[MostAtOnce];
        var well = all.Select(static f => f.Resource).Distinct(StringComparer.Ordinal).ToDictionary(static r => r, static _ => TimeSpan.Zero, StringComparer.Ordinal);
        var faults = new List<PlannedFault>();
        do
        {
            random.Shuffle(all);
            foreach (var (resource, kind) in all)
            {
                var place = Array.IndexOf(free, free.Min());
                var begin = free[place] + (random.NextDouble() * LongestPause);
                begin = begin < well[resource] ? well[resource] : begin;
                var fault = new PlannedFault(begin, Shortest + (random.NextDouble() * (Longest - Shortest)), resource, kind);
                faults.Add(fault);
                free[place] = well[resource] = fault.End;
            }
        }
        while (all.Length > 0 && free.Min() < time);
#pragma warning restore CA5394
        return [.. faults.OrderBy(static f => f.Begin)];
    }
}
