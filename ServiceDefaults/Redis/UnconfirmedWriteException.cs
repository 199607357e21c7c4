using StackExchange.Redis;

namespace XoeNovAi.ServiceDefaults.Redis;

/// <summary>Redis may have carried out a write, but not as many replicas as are wanted say that they have it: it counts as not taken.</summary>
public sealed class UnconfirmedWriteException : RedisException
{
    /// <summary>Says how many replicas have it.</summary>
    /// <param name="confirmed">How many do.</param>
    /// <param name="wanted">How many should.</param>
    public UnconfirmedWriteException(long confirmed, int wanted)
        : base($"{confirmed} of {wanted} replicas of redis confirm what is written. It counts as not taken until they do.")
    {
    }
}
