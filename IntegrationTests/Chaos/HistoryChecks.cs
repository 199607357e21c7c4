namespace XoeNovAi.IntegrationTests.Chaos;

/// <summary>What a history and the stores say of each other. Each check gives what is wrong, in a sentence each; nothing when all is right.</summary>
internal static class HistoryChecks
{
    /// <summary>What was acknowledged is there.</summary>
    public static IEnumerable<string> LostWrites(IReadOnlyList<Operation> history, StoreContents stores)
    {
        foreach (var write in history.Where(static o => o.Outcome == Outcome.Acknowledged))
        {
            if ((write.Kind == Operation.Query && !stores.CuratedQueries.ContainsKey(write.Key)) || (write.Kind == Operation.Task && !stores.CuratedTasks.ContainsKey(write.Key)))
            {
                yield return $"Acknowledged and never curated: {write}";
            }
        }

        foreach (var memory in Memories(history))
        {
            var acknowledged = memory.Where(static w => w.Outcome == Outcome.Acknowledged).ToList();
            var (value, version) = stores.Memories.GetValueOrDefault(memory.Key);
            if (acknowledged.Count > 0 && !May(memory, acknowledged[^1], value))
            {
                yield return $"Acknowledged and not kept: {acknowledged[^1]}; it holds {value}";
            }

            else if (version < acknowledged.Count || version > memory.Count())
            {
                yield return $"{memory.Key} was written {memory.Count()} times, of which {acknowledged.Count} were acknowledged, and has version {version}";
            }
        }
    }

    /// <summary>Every question that was answered is in the audit once: in PostgreSQL or, while that is away, on the stream. Nothing is in either twice, or curated twice.</summary>
    public static IEnumerable<string> Audits(IReadOnlyList<Operation> history, StoreContents stores)
    {
        foreach (var query in history.Where(o => o.Kind == Operation.Query && o.Outcome == Outcome.Acknowledged && !stores.AuditRows.ContainsKey(o.Key) && !stores.AuditEntries.ContainsKey(o.Key)))
        {
            yield return $"Acknowledged and not audited: {query}";
        }

        foreach (var (name, counts) in new[]
        {
            ("audit_log", stores.AuditRows), ("xnai_audit_trail", stores.AuditEntries), ("curation_log, by request", stores.CuratedQueries), ("curation_log, by task", stores.CuratedTasks),
        })
        {
            foreach (var (key, count) in counts.Where(static c => c.Value != 1))
            {
                yield return $"{key} is {count} times in {name}";
            }
        }
    }

    /// <summary>
    /// No read shows less than what had been acknowledged a while before it began, and none shows what nobody has written.
    /// </summary>
    /// <param name="history">The history.</param>
    /// <param name="bound">That while, by where the read says it found its answer.</param>
    public static IEnumerable<string> StaleReads(IReadOnlyList<Operation> history, Func<string, TimeSpan> bound)
    {
        var memories = Memories(history).ToDictionary(static m => m.Key, StringComparer.Ordinal);
        foreach (var read in history.Where(static o => o is { Kind: Operation.Recall, Outcome: Outcome.Acknowledged }))
        {
            if (read.Value != 0 && !(memories.TryGetValue(read.Key, out var written) && written.Any(w => w.Value == read.Value && w.Begin <= read.End)))
            {
                yield return $"Read, and never written: {read}";
            }
            else if (memories.TryGetValue(read.Key, out var memory)
                && memory.LastOrDefault(w => w.Outcome == Outcome.Acknowledged && w.End < read.Begin - bound(read.Detail)) is { } known
                && !May(memory, known, read.Value))
            {
                yield return FormattableString.Invariant($"{(read.Begin - known.End).TotalSeconds:0.000} s after it was acknowledged that {known.Key} is {known.Value}, this was read: {read}");
            }
        }
    }

    /// <summary>How long after it had been replaced each value was read that was no longer the last.</summary>
    public static IEnumerable<TimeSpan> Staleness(IReadOnlyList<Operation> history)
    {
        var memories = Memories(history).ToDictionary(static m => m.Key, StringComparer.Ordinal);
        return history.Where(static o => o is { Kind: Operation.Recall, Outcome: Outcome.Acknowledged })
            .Select(read => (Read: read, Next: memories.GetValueOrDefault(read.Key)?.FirstOrDefault(w => w.Value > read.Value && w.Outcome == Outcome.Acknowledged && w.End < read.Begin)))
            .Where(static r => r.Next is not null).Select(static r => r.Read.Begin - r.Next!.End);
    }

    /// <summary>All is well in time after the last fault, and from then on everything that is asked is done.</summary>
    public static IEnumerable<string> LateRecovery(IReadOnlyList<Operation> history, DateTimeOffset lastFault, DateTimeOffset? well, TimeSpan limit)
    {
        if (well is not { } at || at - lastFault > limit)
        {
            yield return FormattableString.Invariant($"All was well {(well is { } late ? $"{(late - lastFault).TotalSeconds:0.0} s after the last fault" : "never again")}, and {limit.TotalSeconds:0} s are allowed");
        }

        foreach (var failed in history.Where(o => o.Begin > well && o.Outcome != Outcome.Acknowledged))
        {
            yield return $"When all was well again, this was not done: {failed}";
        }
    }

    // In the order in which they were asked for, which is the order of their values: one at a time writes a memory.
    private static IEnumerable<IGrouping<string, Operation>> Memories(IReadOnlyList<Operation> history)
        => history.Where(static o => o.Kind == Operation.Remember).OrderBy(static o => o.Begin).GroupBy(static o => o.Key, StringComparer.Ordinal);

    // Once a write is acknowledged: its value or a later one, or one of which nobody knows when it will have been done.
    private static bool May(IEnumerable<Operation> memory, Operation acknowledged, long value)
        => value >= acknowledged.Value || memory.Any(w => w.Value == value && w.Outcome != Outcome.Acknowledged);
}
