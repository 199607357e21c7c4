using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using XoeNovAi.Load;

namespace XoeNovAi.IntegrationTests.Load;

/// <summary>The load generator measures what is there, against servers whose delays are known.</summary>
[TestClass]
[TestCategory("Quick")]
public sealed class GeneratorTests
{
    public required TestContext TestContext { get; set; }

    private CancellationToken Cancel => TestContext.CancellationToken;

    [TestMethod]
    [DataRow("50:2s", 100, 0.0, 1.98)]
    [DataRow("10-90:2s", 100, 0.0, 1.98)]
    [DataRow("90-10:2s", 100, 0.0, 1.95)]
    [DataRow("0-100:2s", 100, 0.0, 1.99)]
    [DataRow("10:1s, 100:0.5s, 10:1s", 70, 0.0, 2.4)]
    [Timeout(10_000, CooperativeCancellation = true)]
    public void A_profile_has_as_many_requests_as_its_rates_say_at_their_times(string text, int requests, double first, double last)
    {
        var due = LoadProfile.Parse(text).Due().Select(static d => d.TotalSeconds).ToList();
        Assert.HasCount(requests, due);
        Assert.AreEqual(first, due[0], 0.05);
        Assert.AreEqual(last, due[^1], 0.06);
        CollectionAssert.AreEqual(due.Order().ToList(), due);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("50")]
    [DataRow("50:0s")]
    [DataRow("0:10s")]
    [DataRow("-5:10s")]
    [DataRow("1e9:10s")]
    [DataRow("100000:1m")]
    [DataRow("5:10s,")]
    [Timeout(10_000, CooperativeCancellation = true)]
    public void What_is_no_profile_is_named(string text)
        => Assert.Contains(text.Split(',')[^1], Assert.ThrowsExactly<FormatException>(() => LoadProfile.Parse(text)).Message);

    /// <summary>No answer comes before the delay, but for what a timer is early, and hardly one later than this machine needs to notice.</summary>
    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task A_known_delay_is_measured_as_it_is()
    {
        await using var server = await ServerAsync(static async context => await Task.Delay(100, context.RequestAborted));
        var result = await LoadAsync(server, LoadProfile.Parse("50:3s"), new());
        Assert.AreEqual(150, result.Answered);
        Assert.AreEqual(0, result.Failed);

        // .NET's timers count in the kernel's coarse clock, of 4 ms.
        Assert.IsGreaterThanOrEqualTo(95.0, result.Samples.Min(static s => s.Took.TotalMilliseconds));
        Assert.IsLessThan(200.0, result.Percentile(50), result.ToString());
    }

    /// <summary>
    /// For a second nobody is answered. Who waits for an answer before the next request would have one slow one; all that were due meanwhile are slow.
    /// </summary>
    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task A_server_that_stands_still_is_seen_by_all_that_were_due_meanwhile()
    {
        var begun = Stopwatch.GetTimestamp();
        await using var server = await ServerAsync(async context =>
        {
            var since = Stopwatch.GetElapsedTime(begun);
            if (since > TimeSpan.FromSeconds(1) && since < TimeSpan.FromSeconds(2))
            {
                await Task.Delay(TimeSpan.FromSeconds(2) - since, context.RequestAborted);
            }
        });
        begun = Stopwatch.GetTimestamp();
        var result = await LoadAsync(server, LoadProfile.Parse("100:3s"), new());
        var slow = result.Samples.Count(static s => s.Took > TimeSpan.FromMilliseconds(100));
        TestContext.WriteLine($"{slow} of {result.Answered} took more than 100 ms: {result}");

        // Of the hundred that were due in that second, those of its last tenth waited less.
        Assert.IsGreaterThanOrEqualTo(80, slow);
        Assert.IsGreaterThanOrEqualTo(900.0, result.Percentile(100));
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task Failures_are_counted_by_what_they_were_and_a_request_that_does_not_listen_is_left_behind()
    {
        await using var server = await ServerAsync(static context =>
        {
            var number = int.Parse(context.Request.Query["n"]!);
            context.Response.StatusCode = number % 4 == 0 ? 503 : 200;
            return Task.CompletedTask;
        });
        using var client = ClientOf(server);
        var result = new LoadResult(TimeProvider.System);
        var never = new TaskCompletionSource<string?>();
        await new LoadRun(
            LoadProfile.Parse("40:1s"),
            (number, token) => number == 39 ? never.Task : AskAsync(client, number, token),
            new() { Request = TimeSpan.FromSeconds(1), Grace = TimeSpan.FromMilliseconds(100) }).RunAsync(result, Cancel);
        Assert.AreEqual(29, result.Answered);
        Assert.AreEqual(10, result.Failures["503"]);
        Assert.AreEqual(1, result.Failures["no answer within 1 s"]);
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task More_on_their_way_than_allowed_are_not_sent_and_said_not_to_be()
    {
        await using var server = await ServerAsync(static async context => await Task.Delay(TimeSpan.FromSeconds(1), context.RequestAborted));
        var result = await LoadAsync(server, LoadProfile.Parse("50:1s"), new() { InFlight = 10 });
        Assert.AreEqual(10, result.Answered);
        Assert.AreEqual(40, result.Failures[LoadRun.NotSent]);
    }

    /// <summary>The server has three places of 50 ms each: 60 a second, whatever it is sent.</summary>
    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task The_highest_rate_that_is_borne_is_found()
    {
        using var places = new SemaphoreSlim(3);
        await using var server = await ServerAsync(async context =>
        {
            await places.WaitAsync(context.RequestAborted);
            try
            {
                await Task.Delay(50, context.RequestAborted);
            }
            finally
            {
                places.Release();
            }
        });
        using var client = ClientOf(server);
        var steps = await new Saturation((n, token) => AskAsync(client, n, token), new() { Request = TimeSpan.FromSeconds(10) }, TimeProvider.System) { Step = TimeSpan.FromSeconds(2), Halvings = 2 }
            .FindAsync(10, step => TestContext.WriteLine($"{step.PerSecond}: {step.IsBorne} {step.Result}"), Cancel);
        var most = steps.Where(static s => s.IsBorne).Max(static s => s.PerSecond);
        Assert.IsLessThanOrEqualTo(60.0, most);
        Assert.IsGreaterThanOrEqualTo(40.0, most);
    }

    private async Task<LoadResult> LoadAsync(WebApplication server, LoadProfile profile, LoadLimits limits)
    {
        using var client = ClientOf(server);
        var result = new LoadResult(TimeProvider.System);
        await new LoadRun(profile, (number, token) => AskAsync(client, number, token), limits).RunAsync(result, Cancel);
        return result;
    }

    private static async Task<string?> AskAsync(HttpClient client, int number, CancellationToken cancellationToken)
    {
        using var response = await client.GetAsync(new Uri($"?n={number}", UriKind.Relative), cancellationToken);
        return response.IsSuccessStatusCode ? null : $"{(int)response.StatusCode}";
    }

    private static HttpClient ClientOf(WebApplication server) => new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new(server.Urls.Single()) };

    private async Task<WebApplication> ServerAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = builder.Build();
        server.Run(answer);
        await server.StartAsync(Cancel);
        return server;
    }
}
