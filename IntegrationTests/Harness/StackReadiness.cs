using System.Diagnostics;
using System.Net.Http.Json;

namespace XoeNovAi.IntegrationTests.Harness;

/// <summary>What a test expects of a stack before it begins.</summary>
internal static class StackReadiness
{
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan TelemetryLimit = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan ArrivalLimit = TimeSpan.FromSeconds(3);
    private static readonly string[] Senders = ["curation-worker", "gateway", "rag-1", "rag-2"];
    private static readonly (string Resource, string Path)[] Health = [("rag-1", "/xnai/api/v1/health"), ("rag-2", "/xnai/api/v1/health"), ("curation-worker", "/health")];

    /// <summary>Waits until every service is with its stores, in Consul, and known to the gateway.</summary>
    public static async Task WaitAsync(Stack stack, CancellationToken cancellationToken)
    {
        foreach (var (resource, path) in Health)
        {
            using var client = stack.CreateClient(resource);
            await Eventually.HoldsAsync(
                $"{resource} is healthy with its stores",
                ReadyLimit,
                token => client.GetStringAsync(path, token),
                static health => health.Contains("\"status\":\"healthy\"", StringComparison.Ordinal),
                static health => health,
                cancellationToken);
        }

        var services = stack.Model.Services;
        foreach (var instances in services)
        {
            var (service, count) = (instances.Key, instances.Count());
            await stack.Consul.WaitForAsync($"{count} of {service} pass", service, entries => entries.Count == count && entries.All(static e => e.IsPassing), ReadyLimit, cancellationToken);
        }

        foreach (var (service, target) in StackModel.Routed())
        {
            var count = services[service].Count();
            var seen = new HashSet<string>(StringComparer.Ordinal);
            await Eventually.HoldsAsync(
                $"the gateway reaches every instance of {service}",
                ReadyLimit,
                async token =>
                {
                    if (await stack.EchoAsync(target, token) is { } echo)
                    {
                        seen.Add($"{echo.Service}-{echo.Instance}");
                    }

                    return seen;
                },
                instances => instances.Count == count,
                static instances => $"instances {string.Join(", ", instances)}",
                cancellationToken);
        }
    }

    /// <summary>Waits until spans arrive. The containers' way to the dashboard is a tunnel that nothing waits for: it may be ready later than all else.</summary>
    public static Task TelemetryArrivesAsync(Stack stack, CancellationToken cancellationToken)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return Eventually.HoldsAsync(
            "spans of every service arrive at the dashboard",
            TelemetryLimit,
            async token =>
            {
                seen.UnionWith(await SendersOfOneQueryAsync(stack, token));
                return seen;
            },
            static senders => senders.IsSupersetOf(Senders),
            static senders => $"spans of {string.Join(", ", senders)}",
            cancellationToken);
    }

    private static async Task<IEnumerable<string>> SendersOfOneQueryAsync(Stack stack, CancellationToken cancellationToken)
    {
        using var trace = stack.StartTrace("first spans");
        using (await stack.Gateway.PostAsJsonAsync("/xnai/api/v1/query", new { query = trace.TraceId }, cancellationToken))
        {
            trace.End();
        }

        var started = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        HashSet<string> senders;
        do
        {
            senders = [.. (await stack.Telemetry.SpansAsync(trace.TraceId, cancellationToken)).Select(static s => s.Service)];
        }
        while (!(senders.Contains("gateway") && senders.Contains("curation-worker")) && Stopwatch.GetElapsedTime(started) < ArrivalLimit && await timer.WaitForNextTickAsync(cancellationToken));
        return senders;
    }
}
