using System.Collections.Concurrent;

namespace XoeNovAi.Gateway.Retries;

/// <summary>A budget for each service: one that fails must not use up the others' retries.</summary>
internal sealed class RetryBudgets(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, RetryBudget> _budgets = new(StringComparer.OrdinalIgnoreCase);

    public RetryBudget Of(string service) => _budgets.GetOrAdd(service, static (_, clock) => new RetryBudget(clock), time);
}
