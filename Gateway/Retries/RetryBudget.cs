using XoeNovAi.Gateway.Configuration;

namespace XoeNovAi.Gateway.Retries;

/// <summary>
/// How many of a service's requests may be sent again, as a share of those of the last while: retries must not multiply the load of a
/// service that is failing because of load.
/// </summary>
internal sealed class RetryBudget(TimeProvider time)
{
    private const int Parts = 10;

    private readonly Lock _gate = new();
    private readonly (long Slot, int Requests, int Retries)[] _slots = new (long, int, int)[Parts + 1];

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
            // Retries of a little more than the window against the requests of a little less: the share then holds wherever a window begins.
            ref var current = ref Current(options);
            var (requests, retries) = (0, 0);
            foreach (var slot in _slots)
            {
                var age = current.Slot - slot.Slot;
                requests += age is >= 0 and < Parts ? slot.Requests : 0;
                retries += age is >= 0 and <= Parts ? slot.Retries : 0;
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
        var slot = Parts + 1 + (long)(time.GetElapsedTime(0) / (options.Window / Parts));
        ref var current = ref _slots[slot % _slots.Length];
        if (current.Slot != slot)
        {
            current = (slot, 0, 0);
        }

        return ref current;
    }
}
