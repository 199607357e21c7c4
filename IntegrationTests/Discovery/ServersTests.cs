using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;

namespace XoeNovAi.IntegrationTests.Discovery;

/// <summary>Three servers of Consul, in a stack of the tests' own.</summary>
[TestClass]
public sealed class ServersTests
{
    private const string Newcomer = "newcomer";
    private const int Around = 50;
    private static readonly string[] Found = ["1", "2"];
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    public required TestContext TestContext { get; set; }

    private CancellationToken Cancel => TestContext.CancellationToken;

    [TestMethod]
    [Scenario("DISC-09")]
    [Scenario("CHAOS-06")]
    [Timeout(280_000, CooperativeCancellation = true)]
    public async Task A_leader_that_is_lost_is_replaced_while_services_are_found_and_the_loss_of_all_servers_costs_no_request_either()
    {
        await using var stack = await ServersStack.StartAsync(Cancel);
        await RoutedAsync(stack);
        await WholeAsync(stack);
        await RegisteredAsync(stack);
        var requests = new ConcurrentQueue<string>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var traffic = RepeatAsync(requests, token => AskGatewayAsync(stack, token), stop.Token);
        try
        {
            await SeenAsync(requests, Around);
            await LoseLeaderAsync(stack, requests);
            await LoseAllAsync(stack, requests);
        }
        finally
        {
            await stop.CancelAsync();
            await traffic;
        }

        TestContext.WriteLine($"{requests.Count} requests, by what became of them: {Counted(requests)}");
        Assert.IsTrue(requests.All(Found.Contains), Counted(requests));
    }

    // A server is lost: two of three go on, and answer what they know all along.
    private async Task LoseLeaderAsync(ServersStack stack, ConcurrentQueue<string> requests)
    {
        var lost = await stack.LeaderAsync(Cancel) ?? throw new AssertFailedException("There is no leader.");
        var other = stack.ServerNames.First(s => s != lost);
        var lookUps = new ConcurrentQueue<string>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var lookingUp = RepeatAsync(lookUps, token => stack.FoundByAsync(other, "rag", token), stop.Token);
        try
        {
            await SeenAsync(lookUps, Around);
            var killed = Stopwatch.GetTimestamp();
            await stack.KillAsync(lost, Cancel);
            var next = await Eventually.HoldsAsync("another server leads", Limit, stack.LeaderAsync, leader => leader is not null && leader != lost, static leader => leader ?? "none", Cancel);
            TestContext.WriteLine($"{lost} was killed; {next} leads after {Stopwatch.GetElapsedTime(killed).TotalMilliseconds:0} ms.");
            await SeenAsync(lookUps, lookUps.Count + Around);
            await SeenAsync(requests, requests.Count + Around);
        }
        finally
        {
            await stop.CancelAsync();
            await lookingUp;
        }

        Assert.IsTrue(lookUps.All(static l => l == "rag-1, rag-2"), $"What look-ups found: {Counted(lookUps)}");

        // Writes are agreed on again: an instance comes. It is none that requests go to, as watches may still wait for the server that is lost.
        var newcomer = await Eventually.HoldsAsync(
            "the agent takes who has come",
            Limit,
            async token =>
            {
                try
                {
                    return await stack.Consul.RegisterAsync(Newcomer, Newcomer, "127.0.0.1", 9, token);
                }
                catch (XoeNovAi.Consul.Client.ConsulException)
                {
                    return null;
                }
            },
            static lease => lease is not null,
            static _ => "it did not",
            Cancel);
        await using (newcomer!)
        {
            await Eventually.HoldsAsync("another server knows who has come", Limit, token => stack.FoundByAsync(other, Newcomer, token), static found => found == Newcomer, static found => found, Cancel);
        }

        await stack.Commands.EndedAsync(lost, Limit, Cancel);
        await stack.Commands.StartAsync(lost, Cancel);
        await WholeAsync(stack);
        await RegisteredAsync(stack);
    }

    // All are lost, with what they knew: the gateway stays with what it knows, and services register again by themselves.
    private async Task LoseAllAsync(ServersStack stack, ConcurrentQueue<string> requests)
    {
        await Task.WhenAll(stack.ServerNames.Select(s => stack.KillAsync(s, Cancel)));
        await Task.WhenAll(stack.ServerNames.Select(s => stack.Commands.EndedAsync(s, Limit, Cancel)));
        Assert.IsNull(await stack.LeaderAsync(Cancel), "There is no server.");
        await SeenAsync(requests, requests.Count + Around);

        await Task.WhenAll(stack.ServerNames.Select(s => stack.Commands.StartAsync(s, Cancel)));
        await WholeAsync(stack);

        // It looks for servers when it starts.
        await stack.Commands.RestartAsync("consul", Cancel);
        await RegisteredAsync(stack);
        await SeenAsync(requests, requests.Count + Around);
    }

    private Task RegisteredAsync(ServersStack stack)
        => Eventually.HoldsAsync(
            "every server knows both of rag",
            Limit,
            token => Task.WhenAll(stack.ServerNames.Select(s => stack.FoundByAsync(s, "rag", token))),
            static found => found.All(static f => f == "rag-1, rag-2"),
            static found => string.Join("; ", found),
            Cancel);

    private Task WholeAsync(ServersStack stack)
        => Eventually.HoldsAsync(
            "all servers vote and one leads",
            Limit,
            stack.VotersAsync,
            voters => voters.Count(static v => v.Value) == 1 && voters.Keys.Order(StringComparer.Ordinal).SequenceEqual(stack.ServerNames),
            static voters => string.Join(", ", voters),
            Cancel);

    private async Task RoutedAsync(ServersStack stack)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        await Eventually.HoldsAsync(
            "the gateway reaches both instances of rag",
            Limit,
            async token =>
            {
                seen.Add(await AskGatewayAsync(stack, token));
                return seen;
            },
            static all => all.IsSupersetOf(Found),
            static all => string.Join(", ", all),
            Cancel);
    }

    private static async Task<string> AskGatewayAsync(ServersStack stack, CancellationToken cancellationToken)
    {
        using var response = await stack.Gateway.GetAsync(new Uri("/xnai/api/v1/who", UriKind.Relative), cancellationToken);
        return response.IsSuccessStatusCode ? (await response.Content.ReadFromJsonAsync<Echo>(cancellationToken))!.Instance : $"status {(int)response.StatusCode}";
    }

    // An open model: a slow answer does not hold up the next request. What has been sent is answered before this ends.
    private static async Task RepeatAsync(ConcurrentQueue<string> outcomes, Func<CancellationToken, Task<string>> ask, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval);
        var sent = new List<Task>();
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                sent.Add(AskOnceAsync(outcomes, ask));
            }
        }
        catch (OperationCanceledException)
        {
            // The test has seen enough.
        }

        await Task.WhenAll(sent);
    }

    private static async Task AskOnceAsync(ConcurrentQueue<string> outcomes, Func<CancellationToken, Task<string>> ask)
    {
        try
        {
            outcomes.Enqueue(await ask(CancellationToken.None));
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            outcomes.Enqueue(exception.Message);
        }
    }

    private static string Counted(IEnumerable<string> outcomes) => string.Join(", ", outcomes.CountBy(static o => o).Select(static o => $"{o.Value} × '{o.Key}'"));

    private Task SeenAsync(ConcurrentQueue<string> outcomes, int count)
        => Eventually.HoldsAsync($"{count} answers", Limit, _ => Task.FromResult(outcomes.Count), answered => answered >= count, static answered => $"{answered}", Cancel);
}
