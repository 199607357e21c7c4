using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Server;
using Npgsql;
using StackExchange.Redis;
using XoeNovAi.ServiceDefaults.Streams;

namespace XoeNovAi.MemoryBank.Memory;

/// <summary>What agents do with the memory bank.</summary>
[McpServerToolType]
internal sealed class MemoryTools(MemoryStore store, MemoryCache cache, StreamPublisher streams, ILogger<MemoryTools> logger)
{
    private const string Updates = "xnai:memory_updates";
    private const string Hot = "hot";
    private const int LongestName = 128;
    private const int LargestContext = 256 * 1024;
    private static readonly string[] Tiers = [Hot, "warm", "cold"];

    [McpServerTool(Name = "register_agent"), Description("Registers an agent with its capabilities.")]
    public async Task<JsonObject> RegisterAsync(string agent_id, string[] capabilities, double memory_limit_gb, CancellationToken cancellationToken)
    {
        Check(nameof(agent_id), agent_id);
        await ReachedAsync(() => store.RegisterAsync(agent_id, capabilities, memory_limit_gb, cancellationToken));
        return new() { ["status"] = "success", ["agent_id"] = agent_id };
    }

    [McpServerTool(Name = "get_context", ReadOnly = true), Description("Gives what an agent remembers of one kind.")]
    public async Task<JsonObject> GetAsync(string agent_id, string context_type, CancellationToken cancellationToken, string tier = Hot)
    {
        var id = IdOf(agent_id, context_type, tier);
        if (await cache.FindAsync(id, cancellationToken) is { } cached)
        {
            return Answer(cached, "cache");
        }

        await KnownAsync(agent_id, cancellationToken);
        if (await ReachedAsync(() => store.FindAsync(id, cancellationToken)) is not { } stored)
        {
            return Answer(new(id, 0, "{}"), "empty");
        }

        await cache.StoreAsync(stored, cancellationToken);
        return Answer(stored, "storage");
    }

    [McpServerTool(Name = "update_context"), Description("Replaces what an agent remembers of one kind.")]
    public async Task<JsonObject> UpdateAsync(string agent_id, string context_type, JsonElement context_data, CancellationToken cancellationToken)
    {
        var id = IdOf(agent_id, context_type, Hot);
        var content = context_data.GetRawText();
        if (context_data.ValueKind != JsonValueKind.Object || content.Length > LargestContext)
        {
            throw new McpException($"'{nameof(context_data)}' must be an object of at most {LargestContext} characters.");
        }

        await KnownAsync(agent_id, cancellationToken);
        var version = await ReachedAsync(() => store.UpdateAsync(id, agent_id, content, cancellationToken));
        await cache.RemoveAsync(id, cancellationToken);
        await TellAsync(id, agent_id, version, cancellationToken);
        return new() { ["status"] = "success", ["context_id"] = id, ["version"] = version };
    }

    private static string IdOf(string agent, string type, string tier)
    {
        Check("agent_id", agent);
        Check("context_type", type);
        return Tiers.Contains(tier) ? $"{agent}:{type}:{tier}" : throw new McpException($"'tier' must be one of {string.Join(", ", Tiers)}.");
    }

    private static void Check(string name, string value)
    {
        if (string.IsNullOrWhiteSpace(value) || value.Length > LongestName || value.Contains('\0', StringComparison.Ordinal))
        {
            throw new McpException($"'{name}' must be 1 to {LongestName} characters and not blank.");
        }
    }

    private static JsonObject Answer(MemoryContext context, string source) =>
        new() { ["status"] = "success", ["context_id"] = context.ContextId, ["version"] = context.Version, ["source"] = source, ["content"] = JsonNode.Parse(context.Content) };

    private static async Task<T> ReachedAsync<T>(Func<Task<T>> action)
    {
        try
        {
            return await action();
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
        {
            throw new McpException("The memory bank's database cannot be reached. Try again in a few seconds.", exception);
        }
    }

    private static Task ReachedAsync(Func<Task> action) => ReachedAsync(async () =>
    {
        await action();
        return true;
    });

    private async Task KnownAsync(string agent, CancellationToken cancellationToken)
    {
        if (!await ReachedAsync(() => store.KnowsAsync(agent, cancellationToken)))
        {
            throw new McpException($"The agent '{agent}' is not registered.");
        }
    }

    // Others learn of it from the stream; the memory itself is kept without them.
    private async Task TellAsync(string context, string agent, int version, CancellationToken cancellationToken)
    {
        try
        {
            await streams.PublishAsync(Updates,
                [new("type", "context_updated"), new("context_id", context), new("agent_id", agent), new("version", $"{version}")], cancellationToken);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            logger.LogWarning("The update is not on {Stream}: {Reason}", Updates, exception.Message);
        }
    }
}
