using System.Collections.Concurrent;
using System.Net.Http.Json;

namespace XoeNovAi.IntegrationTests.Discovery;

[TestClass]
public sealed class FailoverTests : StackTest
{
    private const int RequestsAround = 50;
    private static readonly string[] Both = ["1", "2"];
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    protected override IReadOnlyList<string> Touches => ["consul", "gateway", "rag-1", "rag-2"];

    [TestMethod]
    [Scenario("DISC-08")]
    public async Task A_killed_instance_costs_no_idempotent_request()
    {
        await Stack.ReadyAsync(Cancel);
        var outcomes = new ConcurrentQueue<string>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var traffic = SendAsync(outcomes, stop.Token);
        try
        {
            await AnsweredAsync(outcomes, RequestsAround);
            CollectionAssert.IsSubsetOf(Both, outcomes.ToArray(), "both instances answer before the fault");

            await Stack.Podman.RunAsync(["kill", Stack.ContainerIdOf("rag-2")], Cancel);
            await Stack.Consul.WaitForAsync("rag-2 is critical or gone", "rag", static entries => entries.All(static e => e.Service.Id != "rag-2" || !e.IsPassing), Limit, Cancel);
            await AnsweredAsync(outcomes, outcomes.Count + RequestsAround);
        }
        finally
        {
            await stop.CancelAsync();
            await traffic;
            await Stack.Commands.EndedAsync("rag-2", Limit, CancellationToken.None);
            await Stack.Commands.StartAsync("rag-2", CancellationToken.None);
            await Stack.ReadyAsync(CancellationToken.None);
        }

        var failed = outcomes.Where(static o => !Both.Contains(o)).ToList();
        TestContext.WriteLine($"{outcomes.Count} requests, {failed.Count} failed, {outcomes.Count(static o => o == "2")} answered by the instance that was killed.");
        Assert.IsEmpty(failed, string.Join("; ", failed.Distinct()));
    }

    // An open model: a slow answer does not hold up the next request.
    private static async Task SendAsync(ConcurrentQueue<string> outcomes, CancellationToken cancellationToken)
    {
        using var client = Stack.CreateGatewayClient();
        using var timer = new PeriodicTimer(Interval);
        var sent = new List<Task>();
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                sent.Add(SendOneAsync(client, outcomes));
            }
        }
        catch (OperationCanceledException)
        {
            // The test has seen enough.
        }

        await Task.WhenAll(sent);
    }

    private static async Task SendOneAsync(HttpClient client, ConcurrentQueue<string> outcomes)
    {
        try
        {
            using var response = await client.GetAsync("/xnai/api/v1/who", CancellationToken.None);
            outcomes.Enqueue(response.IsSuccessStatusCode
                ? (await response.Content.ReadFromJsonAsync<Echo>(CancellationToken.None))!.Instance
                : $"{(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(CancellationToken.None)}");
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            outcomes.Enqueue(exception.Message);
        }
    }

    private Task AnsweredAsync(ConcurrentQueue<string> outcomes, int count)
        => Eventually.HoldsAsync($"{count} requests are answered", Limit, _ => Task.FromResult(outcomes.Count), answered => answered >= count, static answered => $"{answered}", Cancel);
}
