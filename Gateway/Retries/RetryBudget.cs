namespace XoeNovAi.Gateway.Retries;

/// <summary>
/// How many of a service's requests may be sent again, as a share of those of the last while: retries must not multiply the load of a
/// service that is failing because of load.
/// </summary>
internal sealed class RetryBudget(TimeProvider time)
{
    private const int Slots = 10;

    private readonly Lock _gate = new();
    private readonly (long Slot, int Requests, int Retries)[] _slots = new (long, int, int)[Slots];

    public void CountRequest(RetryOptions options)
    {
        lock (_gate)
        {
            Current(options).Requests++;
        }
    }

    /// <summary>Takes one retry, if one is left.</summary>
    public bool TryTake(RetryOptions options)
    {
        lock (_gate)
        {
            ref var current = ref Current(options);
            var (requests, retries) = (0, 0);
            foreach (var slot in _slots)
            {
                if (slot.Slot > current.Slot - Slots)
                {
                    requests += slot.Requests;
                    retries += slot.Retries;
                }
            }

            if (retries >= Math.Max(options.Minimum, (int)(requests * options.Budget)))
            {
                return false;
            }

            current.Retries++;
            return true;
        }
    }

    private ref (long Slot, int Requests, int Retries) Current(RetryOptions options)
    {
        // Beyond the first ones, so that slots never used are too old to count.
        var slot = Slots + (long)(time.GetElapsedTime(0) / (options.Window / Slots));
        ref var current = ref _slots[slot % Slots];
        if (current.Slot != slot)
        {
            current = (slot, 0, 0);
        }

        return ref current;
    }
}
