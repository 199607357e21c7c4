using System.Globalization;
using System.Net.Http.Json;
using StackExchange.Redis;
using XoeNovAi.IntegrationTests.Isolation;
using XoeNovAi.IntegrationTests.Streaming;
using XoeNovAi.Load;

namespace XoeNovAi.IntegrationTests.Load;

/// <summary>Requests through the gateway at the times they are due.</summary>
[TestClass]
public sealed class OpenLoadTests : StackTest
{
    // Given as --test-parameter soak=600: the long lane; some seconds otherwise.
    private const string SoakParameter = "soak";
    private const double MostMegabytes = 6 * 1024;
    private const double GrownMegabytes = 80;
    private const int GrownDescriptors = 25;
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(90);

    protected override IReadOnlyList<string> Touches => ["gateway", "rag-1", "rag-2"];

    protected override TimeSpan TestLimit => TimeSpan.FromMinutes(4) + Soak;

    private TimeSpan Soak => TimeSpan.FromSeconds(
        TestContext.Properties.TryGetValue(SoakParameter, out var given) ? int.Parse($"{given}", NumberStyles.None, CultureInfo.InvariantCulture) : 15);

    [TestMethod]
    [Scenario("LOAD-01")]
    public async Task A_constant_rate_is_answered_without_a_failure_and_the_highest_that_is_borne_is_found()
    {
        await Stack.ReadyAsync(Cancel);
        using var client = Stack.CreateGatewayClient();
        var result = new LoadResult(TimeProvider.System);
        await new LoadRun(LoadProfile.Parse("100:15s"), (_, token) => GetAsync(client, token), new()).RunAsync(result, Cancel);
        var steps = await new Saturation((_, token) => GetAsync(client, token), new() { Request = TimeSpan.FromSeconds(10), InFlight = 500 }, TimeProvider.System)
            .FindAsync(100, step => TestContext.WriteLine($"{step.PerSecond:0} a second, {(step.IsBorne ? "borne" : "not borne")}: {step.Result} {string.Join("; ", step.Result.Failures)}"), Cancel);
        await Stack.ReadyAsync(Cancel);

        var borne = steps.Where(static s => s.IsBorne).Select(static s => s.PerSecond).DefaultIfEmpty().Max();
        var figures = new ScenarioFigures(TestContext, "LOAD-01");
        figures.Add("GET through the gateway at 100 a second", new Distribution(result.Samples.Select(static s => s.Took)));
        foreach (var step in steps.Where(static s => s.Result.Answered > 0))
        {
            figures.Add(string.Create(CultureInfo.InvariantCulture, $"at {step.PerSecond:0} a second, {(step.IsBorne ? "borne" : "not borne")}"), new Distribution(step.Result.Samples.Where(static s => s.Failure is null).Select(static s => s.Took)));
        }

        figures.Add("requests", result.Answered + result.Failed);
        figures.Add("failed", result.Failed);
        figures.Add("highest rate that is borne, a second", (long)borne);
        figures.Write();
        figures.WriteTable(Harness.Traffic.Sent.Heading, result.History("GET"));
        TestContext.WriteLine($"{result}");
        Assert.AreEqual(1500, result.Answered, $"{result}: {string.Join("; ", result.Failures)}");
        Assert.IsGreaterThanOrEqualTo(100.0, borne, "What was answered without a failure is borne.");
    }

    [TestMethod]
    [Scenario("LOAD-02")]
    [Scenario("LOAD-04")]
    public async Task A_ramp_a_spike_and_a_soak_leave_no_memory_socket_room_stream_or_connection_behind_and_stay_below_6_GB()
    {
        await Stack.ReadyAsync(Cancel);
        var options = await Stack.RedisAsync(Cancel);

        // To list the clients.
        options.AllowAdmin = true;
        await using var redis = await ConnectionMultiplexer.ConnectAsync(options);
        using var client = Stack.CreateGatewayClient();
        var killed = KilledForMemory();

        // What comes with a first peak, such as pools, is not left behind by the second.
        await RunAsync(client, "150:4s");
        var before = await StackUsage.ReadAsync(Stack, redis, Cancel);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var most = MostAsync(redis, ended.Token);
        var result = await RunAsync(client, string.Create(CultureInfo.InvariantCulture, $"5-80:10s, 20:2s, 150:3s, 20:2s, 30:{Soak.TotalSeconds:0}s"));
        await ended.CancelAsync();
        var peak = await most;
        var after = await Eventually.HoldsAsync(
            "what the stack uses is what it used before the load",
            Settled,
            token => StackUsage.ReadAsync(Stack, redis, token),
            now => now.GrownSince(before, GrownMegabytes, GrownDescriptors).Count == 0,
            now => string.Join("; ", now.GrownSince(before, GrownMegabytes, GrownDescriptors)),
            Cancel);

        var figures = new ScenarioFigures(TestContext, "LOAD-02");
        figures.Add("requests", new Distribution(result.Samples.Select(static s => s.Took)));
        figures.Add("MB before", (long)before.ResidentMegabytes);
        figures.Add("MB at most", (long)peak);
        figures.Add("MB after", (long)after.ResidentMegabytes);
        figures.Add("descriptors before", before.Containers.Values.Sum(static c => c.Descriptors));
        figures.Add("descriptors after", after.Containers.Values.Sum(static c => c.Descriptors));
        figures.Write();
        figures.WriteTable(Harness.Traffic.Sent.Heading, result.History("mixed"));
        Assert.AreEqual(0, result.Failed, $"{result}: {string.Join("; ", result.Failures)}");
        Assert.IsGreaterThan(0.0, peak);
        Assert.IsLessThan(MostMegabytes, peak, "LOAD-04: the memory of the whole stack");
        Assert.AreEqual(killed, KilledForMemory(), "LOAD-04: the kernel has ended a process for want of memory");
        Assert.IsEmpty(await OutOfMemoryAsync());
        await Stack.ReadyAsync(Cancel);
    }

    private async Task<LoadResult> RunAsync(HttpClient client, string profile)
    {
        var result = new LoadResult(TimeProvider.System);
        await new LoadRun(LoadProfile.Parse(profile), (number, token) => MixedAsync(client, number, token), new()).RunAsync(result, Cancel);
        return result;
    }

    // The most memory the whole stack had at any look.
    private static async Task<double> MostAsync(IConnectionMultiplexer redis, CancellationToken cancellationToken)
    {
        var most = 0.0;
        using var pause = new PeriodicTimer(TimeSpan.FromSeconds(1));
        try
        {
            while (await pause.WaitForNextTickAsync(cancellationToken))
            {
                most = Math.Max(most, (await StackUsage.ReadAsync(Stack, redis, cancellationToken)).ResidentMegabytes);
            }
        }
        catch (OperationCanceledException)
        {
            // The load is over.
        }

        return most;
    }

    private static Task<string?> MixedAsync(HttpClient client, int number, CancellationToken cancellationToken) => (number % 10) switch
    {
        0 => PostAsync(client, "/xnai/api/v1/query", new { query = $"What does load {number % 50} leave behind?" }, cancellationToken),
        1 => PostAsync(client, "/xnai/api/v1/search", new { query = $"load {number % 50}", top_k = 3 }, cancellationToken),
        2 => StreamAsync(client, number, cancellationToken),
        3 => RoomAsync(number, cancellationToken),
        _ => GetAsync(client, cancellationToken),
    };

    private static async Task<string?> StreamAsync(HttpClient client, int number, CancellationToken cancellationToken)
    {
        using var stream = await RagStream.PostAsync(client, $"load {number % 50}", null, cancellationToken);
        var events = await stream.AllAsync(cancellationToken);
        return events is [.., { Type: "done" }] ? null : $"a stream ended after {events.Count} events, and not with done";
    }

    private static async Task<string?> RoomAsync(int number, CancellationToken cancellationToken)
    {
        await using var agent = await RoomClient.EnterAsync(Stack, $"load-{number}", "alice", cancellationToken);
        await agent.SendAsync("""{"type":"ping"}""", cancellationToken);
        using var answer = await agent.ReceiveAsync("pong", cancellationToken);
        return null;
    }

    private static async Task<string?> GetAsync(HttpClient client, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/xnai/api/v1/who") { Headers = { { Echo.Header, "1" } } };
        using var response = await client.SendAsync(request, cancellationToken);
        return response.IsSuccessStatusCode ? null : $"{(int)response.StatusCode}";
    }

    private static async Task<string?> PostAsync<T>(HttpClient client, string target, T body, CancellationToken cancellationToken)
    {
        using var response = await client.PostAsJsonAsync(target, body, cancellationToken);
        return response.IsSuccessStatusCode ? null : $"{target}: {(int)response.StatusCode}";
    }

    // The kernel's own count, of the whole machine.
    private static long KilledForMemory()
        => long.Parse(File.ReadLines("/proc/vmstat").First(static l => l.StartsWith("oom_kill ", StringComparison.Ordinal)).Split(' ')[1], CultureInfo.InvariantCulture);

    private async Task<IReadOnlyList<string>> OutOfMemoryAsync()
    {
        var containers = await StackContainers.FindAsync(new(Stack.Application), Cancel);
        var said = await Stack.Podman.RunAsync(["inspect", "--format", "{{.Name}} {{.State.OOMKilled}}", .. containers.Select(static c => c.Id)], Cancel);
        return [.. said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(static l => !l.EndsWith(" false", StringComparison.Ordinal))];
    }
}
