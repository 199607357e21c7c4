using System.Globalization;
using OpenTelemetry;
using StackExchange.Redis;
using XoeNovAi.ServiceDefaults.Redis;

namespace XoeNovAi.ServiceDefaults.Emergency;

/// <summary>
/// The last word, in a key of its own: the bus keeps its newest messages only, and the channel none. It does not expire, so it is not
/// evicted; it is written when the memory is full as well; and an older word does not replace a newer one, whoever is first to tell.
/// </summary>
internal sealed class EmergencyRecord(RedisClient redis)
{
    private const string Key = "xnai:emergency";
    private const string Type = "type";
    private const string Id = "id";

    // A word of the channel has no id: its time is Redis' own less what has passed since, and always after what is kept when that lies
    // in the future, as it does when the clock was set back. What is kept in the end is answered.
    private const string Script = """
        #!lua flags=allow-oom
        local type, id, ago = ARGV[1], ARGV[2], tonumber(ARGV[3])
        local kept = redis.call('HMGET', KEYS[1], 'type', 'id')
        local keptTime, keptNumber = -1, -1
        if kept[1] and kept[2] then
            local first, second = string.match(kept[2], '^(%d+)-(%d+)$')
            keptTime, keptNumber = tonumber(first) or -1, tonumber(second) or -1
        end
        local time, number
        if id == '' then
            local now = redis.call('TIME')
            now = now[1] * 1000 + math.floor(now[2] / 1000)
            time, number = now - ago, 0
            if keptTime > now or (keptTime == time and kept[1] ~= type) then
                time, number = keptTime, keptNumber + 1
            end
            id = string.format('%.0f-%.0f', time, number)
        else
            local first, second = string.match(id, '^(%d+)-(%d+)$')
            time, number = tonumber(first), tonumber(second)
        end
        if time > keptTime or (time == keptTime and number > keptNumber) then
            redis.call('HSET', KEYS[1], 'type', type, 'id', id)
            return {type, id}
        end
        return kept
        """;

    /// <summary>The word that is kept; null when there is none.</summary>
    public async Task<EmergencyWord?> ReadAsync(CancellationToken cancellationToken)
    {
        using var quiet = SuppressInstrumentationScope.Begin();
        var kept = await redis.ExecuteAsync("HMGET", static database => database.HashGetAsync(Key, [Type, Id]), cancellationToken);
        return EmergencyWord.Of(kept[0], kept[1]);
    }

    /// <summary>Keeps a word of the bus unless a newer one is kept. It is on the bus as well, and every service that knows it keeps it again.</summary>
    /// <returns>What is kept then.</returns>
    public Task<EmergencyWord?> KeepAsync(EmergencyWord word, CancellationToken cancellationToken)
        => KeepAsync(word.Type, word.Id, TimeSpan.Zero, write => redis.ExecuteAsync("EVAL", database => write(database), cancellationToken));

    /// <summary>Keeps a word of the channel unless a newer one is kept. Nothing else has it, so the replicas that are wanted must confirm it.</summary>
    /// <returns>What is kept then.</returns>
    public Task<EmergencyWord?> KeepAsync(string type, TimeSpan ago, CancellationToken cancellationToken)
        => KeepAsync(type, string.Empty, ago, write => redis.ExecuteConfirmedAsync("EVAL", write, cancellationToken));

    private static async Task<EmergencyWord?> KeepAsync(string type, string id, TimeSpan ago, Func<Func<IDatabaseAsync, Task<RedisResult>>, Task<RedisResult>> execute)
    {
        using var quiet = SuppressInstrumentationScope.Begin();
        RedisValue[] values = [type, id, ((long)ago.TotalMilliseconds).ToString(CultureInfo.InvariantCulture)];

        // In one command: a script that a server must first be given would be given to one, and called on another.
        var kept = (RedisValue[])(await execute(database => database.ScriptEvaluateAsync(Script, [Key], values, CommandFlags.NoScriptCache)))!;
        return EmergencyWord.Of(kept[0], kept[1]);
    }
}
