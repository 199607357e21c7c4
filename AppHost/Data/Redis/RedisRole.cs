using StackExchange.Redis;

namespace XoeNovAi.AppHost.Data.Redis;

/// <summary>What a member says of itself, of what <c>INFO</c> answers.</summary>
internal sealed class RedisRole
{
    private readonly Dictionary<string, string> _said;

    private RedisRole(IEnumerable<string> lines) => _said = lines.Select(static l => l.Split(':', 2)).Where(static p => p.Length == 2).ToDictionary(static p => p[0], static p => p[1], StringComparer.Ordinal);

    /// <summary>Whether it takes writes.</summary>
    public bool Leads => this["role"] == "master";

    /// <summary>Whom it follows.</summary>
    public string Leader => this["master_host"];

    /// <summary>Whether it hears whom it follows, and has all that was there before.</summary>
    public bool IsInSync => this["master_link_status"] == "up";

    /// <summary>How much it has of what was ever written.</summary>
    public long Offset => long.TryParse(this[Leads ? "master_repl_offset" : "slave_repl_offset"], out var offset) ? offset : 0;

    /// <summary>What a Sentinel says of the servers: <c>name=…,status=ok,address=…,slaves=1,sentinels=3</c>.</summary>
    public string Watched => this["master0"];

    private string this[string key] => _said.GetValueOrDefault(key, string.Empty);

    /// <exception cref="RedisException">It does not answer.</exception>
    public static async Task<RedisRole> OfAsync(RedisConnection member, CancellationToken cancellationToken)
    {
        var database = await member.GetDatabaseAsync(cancellationToken).ConfigureAwait(false);
        var said = (string?)await database.ExecuteAsync("INFO").WaitAsync(cancellationToken).ConfigureAwait(false);
        return new((said ?? string.Empty).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
    }
}
