using StackExchange.Redis;

namespace XoeNovAi.ServiceDefaults.Redis;

/// <summary>Reads what Redis answers to commands that block, which the library does not have.</summary>
internal static class StreamReply
{
    /// <summary>The messages of <c>[[stream, [[id, [name, value, …]], …]]]</c>; none of an empty answer.</summary>
    public static IEnumerable<(string Id, IReadOnlyDictionary<string, string> Fields)> Entries(RedisResult answer) =>
        answer.IsNull ? [] : ((RedisResult[])answer!).SelectMany(static stream => Messages(stream[1]));

    /// <summary>The messages of <c>[[id, [name, value, …]], …]</c>; those that are no more are left out.</summary>
    public static IEnumerable<(string Id, IReadOnlyDictionary<string, string> Fields)> Messages(RedisResult answer) =>
        ((RedisResult[])answer!).Where(static entry => !entry.IsNull).Select(Entry);

    private static (string Id, IReadOnlyDictionary<string, string> Fields) Entry(RedisResult entry)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        var values = (RedisValue[])entry[1]!;
        for (var i = 0; i + 1 < values.Length; i += 2)
        {
            fields[values[i].ToString()] = values[i + 1].ToString();
        }

        return (((RedisValue)entry[0]).ToString(), fields);
    }
}
