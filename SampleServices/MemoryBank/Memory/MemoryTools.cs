using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Server;
using Npgsql;
using StackExchange.Redis;
using XoeNovAi.ServiceDefaults.Api;
using XoeNovAi.ServiceDefaults.Streams;

namespace XoeNovAi.MemoryBank.Memory;

/// <summary>What agents do with the memory bank.</summary>
[McpServerToolType]
internal sealed class MemoryTools(MemoryStore store, MemoryCache cache, StreamPublisher streams, StreamOutbox outbox, TimeProvider time, ILogger<MemoryTools> logger)
{
    private const string Updates = "xnai:memory_updates";
    private const string Hot = "hot";
    private const int LongestName = 128;
    private const int LargestContext = 256 * 1024;
    private const int MostCapabilities = 64;
    private const double LargestMemory = 1024;
    private static readonly string[] Tiers = [Hot, "warm", "cold"];

    [McpServerTool(Name = "register_agent"), Description("Registers an agent with its capabilities.")]
    public async Task<JsonObject> RegisterAsync(string agent_id, string[] capabilities, double memory_limit_gb, CancellationToken cancellationToken)
    {
        Check(nameof(agent_id), agent_id);
        if (capabilities is null || capabilities.Length > MostCapabilities)
        {
            throw new McpException($"'{nameof(capabilities)}' must be at most {MostCapabilities} texts.");
        }

        foreach (var capability in capabilities)
        {
            Check(nameof(capabilities), capability);
        }

        if (memory_limit_gb is not (>= 0 and <= LargestMemory))
        {
            throw new McpException($"'{nameof(memory_limit_gb)}' must be a number from 0 to {LargestMemory}.");
        }

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

        var asOf = time.GetUtcNow();
        await KnownAsync(agent_id, cancellationToken);
        if (await ReachedAsync(() => store.FindAsync(id, cancellationToken)) is not { } stored)
        {
            return Answer(new(id, 0, "{}"), "empty");
        }

        await cache.StoreAsync(stored, asOf, cancellationToken);
        return Answer(stored, "storage");
    }

    [McpServerTool(Name = "update_context"), Description("Replaces what an agent remembers of one kind.")]
    public async Task<JsonObject> UpdateAsync(string agent_id, string context_type, JsonElement context_data, CancellationToken cancellationToken)
    {
        var id = IdOf(agent_id, context_type, Hot);
        var content = context_data.ValueKind == JsonValueKind.Undefined ? string.Empty : context_data.GetRawText();
        if (context_data.ValueKind != JsonValueKind.Object || content.Length > LargestContext || !JsonText.IsStorable(context_data))
        {
            throw new McpException($"'{nameof(context_data)}' must be an object of at most {LargestContext} characters, of valid text without U+0000.");
        }

        await KnownAsync(agent_id, cancellationToken);
        KeyValuePair<string, string>[] message = [new("type", "context_updated"), new("context_id", id), new("agent_id", agent_id)];
        var (version, untold) = await ReachedAsync(() => store.UpdateAsync(id, agent_id, content, Updates, StreamOutbox.Pack(message), cancellationToken));
        await cache.RemoveAsync(id, cancellationToken);
        await TellAsync([.. message, new("version", $"{version}")], untold, cancellationToken);
        return new() { ["status"] = "success", ["context_id"] = id, ["version"] = version };
    }

    // An agent may be called did:…; the kind has no colon, so no two names make one id.
    private static string IdOf(string agent, string type, string tier)
    {
        Check("agent_id", agent);
        Check("context_type", type);
        return type.Contains(':', StringComparison.Ordinal) ? throw new McpException("'context_type' must not hold a colon.")
            : Tiers.Contains(tier) ? $"{agent}:{type}:{tier}"
            : throw new McpException($"'tier' must be one of {string.Join(", ", Tiers)}.");
    }

    private static void Check(string name, string? value)
    {
        if (string.IsNullOrWhiteSpace(value) || value.Length > LongestName || value.Any(char.IsControl) || !JsonText.IsStorable(value))
        {
            throw new McpException($"'{name}' must be 1 to {LongestName} characters, not blank, of valid text without control characters.");
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

    // Others learn of it from the stream, now or when the outbox is sent: the memory itself is kept by then.
    private async Task TellAsync(KeyValuePair<string, string>[] message, long untold, CancellationToken cancellationToken)
    {
        try
        {
            await streams.PublishAsync(Updates, message, cancellationToken);
            await store.ToldAsync(untold, cancellationToken);
        }
        catch (Exception exception) when (exception is RedisException or NpgsqlException or TimeoutException)
        {
            logger.LogWarning("The update waits for {Stream}: {Reason}", Updates, exception.Message);
            outbox.Wake();
        }
    }
}
