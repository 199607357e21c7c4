using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using CsCheck;
using XoeNovAi.IntegrationTests.Contract;
using XoeNovAi.IntegrationTests.Streaming;

namespace XoeNovAi.IntegrationTests.Security;

/// <summary>
/// Requests and messages that are drawn: whatever it is, it is answered, and not as if the service were at fault. What fails is shown as
/// small as it fails, with the seed that draws it again.
/// </summary>
[TestClass]
public sealed class FuzzTests : StackTest
{
    private const int Usual = 150;
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(10);
    private static readonly int[] Both = [200, 400];

    protected override IReadOnlyList<string> Touches => ["gateway", "rag-1", "rag-2", "oikos"];

    /// <summary>As <c>--test-parameter fuzz-seed=…</c> says, where a failure has told one; drawn otherwise.</summary>
    private string? Seed => TestContext.Properties.TryGetValue("fuzz-seed", out var given) ? $"{given}" : null;

    /// <summary>How many: 150 of each, or as many as <c>--test-parameter fuzz-samples=10000</c> says.</summary>
    private int Samples => TestContext.Properties.TryGetValue("fuzz-samples", out var given) ? int.Parse($"{given}", NumberStyles.None, CultureInfo.InvariantCulture) : Usual;

    protected override TimeSpan TestLimit => TimeSpan.FromMinutes(3) + TimeSpan.FromMilliseconds(100 * Samples);

    [TestMethod]
    [Scenario("SEC-02")]
    [Timeout(7_200_000, CooperativeCancellation = true)]
    public async Task Any_request_at_all_is_answered_and_not_by_5xx()
    {
        var seen = new ConcurrentDictionary<int, int>();
        var secrets = await StackSecrets.ReadAsync(Stack.Application, Cancel);
        await FuzzGenerators.Request.SampleAsync(
            async request =>
            {
                var answer = await RawHttp.SendAsync(Stack.GatewayAddress, request.Wire, Cancel);
                seen.AddOrUpdate(answer.Status, 1, static (_, count) => count + 1);
                var said = $"{answer.Status} {string.Join("; ", answer.Headers)} {answer.Body}";
                Assert.IsInRange(100, 499, answer.Status, said);
                Clean(said, secrets);

                // What is no HTTP, the server refuses before anybody has seen it.
                if (!(answer.Status == 400 && answer.Body.Length == 0))
                {
                    Assert.IsTrue(answer.Headers.TryGetValue("X-Request-ID", out var id) && id.Length > 0, said);
                }
            },
            seed: Seed,
            iter: Samples);
        TestContext.WriteLine($"Statuses and how often: {string.Join(", ", seen.OrderBy(static s => s.Key))}");
        await Stack.ReadyAsync(Cancel);
    }

    [TestMethod]
    [Scenario("SEC-02")]
    [Timeout(7_200_000, CooperativeCancellation = true)]
    [DataRow("/xnai/api/v1/query", "query")]
    [DataRow("/xnai/api/v1/search", "query")]
    [DataRow("/xnai/api/v1/stream", "query")]
    [DataRow("/oikos/iris/route", "problem")]
    public async Task Any_body_at_all_is_taken_or_refused_in_the_shape_of_the_contract(string target, string required)
    {
        var seen = new ConcurrentDictionary<int, int>();
        var secrets = await StackSecrets.ReadAsync(Stack.Application, Cancel);
        using var client = Stack.CreateGatewayClient();
        await FuzzGenerators.Body(required).SampleAsync(
            async body =>
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
                limit.CancelAfter(Hang);
                using var response = await client.PostAsync(target, new StringContent(body, MediaTypeHeaderValue.Parse("application/json")), limit.Token);
                var answer = await response.Content.ReadAsStringAsync(limit.Token);
                var (status, id) = ((int)response.StatusCode, response.Headers.GetValues("X-Request-ID").Single());
                seen.AddOrUpdate(status, 1, static (_, count) => count + 1);
                Assert.IsTrue(status is 200 or (>= 400 and < 500), $"{status} {answer}");
                Clean(answer, secrets);
                if (status != 200)
                {
                    using var error = JsonDocument.Parse(answer);
                    Assert.IsTrue(Shape.Error.All(name => error.RootElement.TryGetProperty(name, out _)), answer);
                    Assert.AreEqual(status, error.RootElement.GetProperty("http_status").GetInt32());
                    Assert.AreEqual(id, error.RootElement.GetProperty("request_id").GetString());
                }
            },
            seed: Seed,
            iter: Samples);
        TestContext.WriteLine($"Statuses and how often: {string.Join(", ", seen.OrderBy(static s => s.Key))}");
        CollectionAssert.IsSubsetOf(Both, seen.Keys.ToArray(), "Some are taken, and some are not.");
        await Stack.ReadyAsync(Cancel);
    }

    [TestMethod]
    [Scenario("SEC-02")]
    [Timeout(7_200_000, CooperativeCancellation = true)]
    public async Task Any_message_at_all_leaves_the_socket_open_and_is_answered()
    {
        var secrets = await StackSecrets.ReadAsync(Stack.Application, Cancel);
        await FuzzGenerators.Json.SampleAsync(
            async message =>
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
                limit.CancelAfter(Hang);
                await using var socket = await RoomClient.EnterAsync(Stack, $"fuzz-{Guid.NewGuid():n}", "agent", limit.Token);
                await socket.SendAsync(message, limit.Token);
                using var answer = await socket.ReceiveAsync(limit.Token);
                Clean(answer.RootElement.GetRawText(), secrets);
                await socket.SendAsync("""{"type":"status"}""", limit.Token);
                using var next = await socket.ReceiveAsync("status_response", limit.Token);
            },
            seed: Seed,
            iter: Samples);
        await Stack.ReadyAsync(Cancel);
    }

    private static void Clean(string said, IReadOnlyDictionary<string, string> secrets)
    {
        Assert.DoesNotContain("   at ", said, "No stack trace.");
        Assert.IsEmpty(secrets.In(said), "No secret.");
    }
}
