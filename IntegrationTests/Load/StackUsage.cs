using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using StackExchange.Redis;
using XoeNovAi.IntegrationTests.Isolation;

namespace XoeNovAi.IntegrationTests.Load;

/// <summary>What a container uses.</summary>
/// <param name="ResidentMegabytes">Memory of its processes; what they share counts for each.</param>
/// <param name="Descriptors">Their open files and sockets.</param>
internal sealed record ContainerUsage(double ResidentMegabytes, int Descriptors);

/// <summary>What the stack uses at a moment.</summary>
/// <param name="Containers">By the containers' names.</param>
/// <param name="PostgresConnections">Connections of clients at PostgreSQL, but for the one that asks.</param>
/// <param name="RedisConnections">The same at Redis.</param>
/// <param name="Kept">What services keep for callers who have left: rooms, sockets, streams, transactions, breakers.</param>
internal sealed record StackUsage(IReadOnlyDictionary<string, ContainerUsage> Containers, long PostgresConnections, long RedisConnections, IReadOnlyDictionary<string, long> Kept)
{
    private static readonly string[] Counted = ["total_connections", "total_rooms", "active_streams"];

    /// <summary>Memory of all of it.</summary>
    public double ResidentMegabytes => Containers.Values.Sum(static c => c.ResidentMegabytes);

    public static async Task<StackUsage> ReadAsync(Stack stack, IConnectionMultiplexer redis, CancellationToken cancellationToken)
    {
        var observed = new ObservedStack(stack.Application);
        var processes = await new ContainerProcesses(observed).ListAsync(await StackContainers.FindAsync(observed, cancellationToken), cancellationToken);

        // One that has ended since has no files any more.
        var counted = await new NamespaceShell(observed.Podman).RunAsync(
            $"for one in {string.Join(' ', processes.Select(static p => p.ProcessId))}; do echo \"$one $(ls /proc/$one/fd 2> /dev/null | wc -l)\"; done", cancellationToken);
        var descriptors = counted.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static l => l.Split(' '))
            .ToDictionary(static w => int.Parse(w[0], CultureInfo.InvariantCulture), static w => int.Parse(w[1], CultureInfo.InvariantCulture));
        return new(
            processes.GroupBy(static p => p.Container.Name).ToDictionary(
                static g => g.Key, g => new ContainerUsage(g.Sum(static p => ResidentOf(p)), g.Sum(p => descriptors[p.ProcessId])), StringComparer.Ordinal),
            Convert.ToInt64(await stack.ScalarAsync("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()", cancellationToken), CultureInfo.InvariantCulture),
            (await redis.GetServers()[0].ClientListAsync()).LongLength,
            await KeptAsync(stack, cancellationToken));
    }

    private static async Task<IReadOnlyDictionary<string, long>> KeptAsync(Stack stack, CancellationToken cancellationToken)
    {
        var kept = new Dictionary<string, long>(StringComparer.Ordinal)
        {
            ["transactions that wait for their client"] = Convert.ToInt64(await stack.ScalarAsync("SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'", cancellationToken), CultureInfo.InvariantCulture),
            ["breakers of the gateway"] = (await stack.Gateway.GetStringAsync("/metrics", cancellationToken)).Split('\n').LongCount(static l => l.StartsWith("gateway_breaker_state{", StringComparison.Ordinal)),
        };
        foreach (var instance in stack.Model.Services["rag"])
        {
            using var client = stack.CreateClient(instance);
            var stats = await client.GetFromJsonAsync<JsonElement>("/xnai/api/v1/ws/stats", cancellationToken);
            foreach (var name in Counted)
            {
                kept.Add($"{name} of {instance}", stats.GetProperty(name).GetInt64());
            }
        }

        return kept;
    }

    /// <summary>What it uses more than before, beyond what comes and goes; empty when there is nothing.</summary>
    /// <param name="before">Then.</param>
    /// <param name="megabytes">How much more memory a container may have.</param>
    /// <param name="some">How many more descriptors it may have, and how many more connections there may be at a store.</param>
    public IReadOnlyList<string> GrownSince(StackUsage before, double megabytes, int some) =>
    [
        .. before.Containers.Where(c => !Containers.ContainsKey(c.Key)).Select(static c => $"{c.Key} is gone"),
        .. from now in Containers
           let then = before.Containers.GetValueOrDefault(now.Key) ?? new(0, 0)
           where now.Value.ResidentMegabytes > then.ResidentMegabytes + megabytes || now.Value.Descriptors > then.Descriptors + some
           select FormattableString.Invariant($"{now.Key}: {then.ResidentMegabytes:0} → {now.Value.ResidentMegabytes:0} MB, {then.Descriptors} → {now.Value.Descriptors} descriptors"),
        .. Kept.Where(k => k.Value > before.Kept[k.Key]).Select(k => FormattableString.Invariant($"{k.Key}: {before.Kept[k.Key]} → {k.Value}")),
        .. PostgresConnections > before.PostgresConnections + some ? [$"PostgreSQL: {before.PostgresConnections} → {PostgresConnections} connections"] : Array.Empty<string>(),
        .. RedisConnections > before.RedisConnections + some ? [$"Redis: {before.RedisConnections} → {RedisConnections} connections"] : Array.Empty<string>(),
    ];

    private static double ResidentOf(ContainerProcess process)
        => process.Status.TryGetValue("VmRSS", out var resident) ? double.Parse(resident.Split(' ')[0], CultureInfo.InvariantCulture) / 1024 : 0;
}
