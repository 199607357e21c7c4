using System.Net.Http.Json;

namespace XoeNovAi.IntegrationTests.Streaming;

/// <summary>What the instances of rag say of their streams and sockets, asked past the gateway.</summary>
internal static class RagInstances
{
    private static readonly string[] Names = ["rag-1", "rag-2"];

    public static async Task<IReadOnlyDictionary<string, RagStats>> StatsAsync(Stack stack, CancellationToken cancellationToken)
    {
        var stats = new Dictionary<string, RagStats>();
        foreach (var name in Names)
        {
            using var client = stack.CreateClient(name);
            stats[name] = (await client.GetFromJsonAsync<RagStats>("/xnai/api/v1/ws/stats", cancellationToken))!;
        }

        return stats;
    }

    public static Task StreamsAsync(Stack stack, string awaited, int count, TimeSpan limit, CancellationToken cancellationToken)
        => Eventually.HoldsAsync(awaited, limit, token => StatsAsync(stack, token), s => s.Values.Sum(static i => i.ActiveStreams) == count, static s => string.Join(", ", s.Select(static i => $"{i.Key} {i.Value.ActiveStreams}")), cancellationToken);
}
