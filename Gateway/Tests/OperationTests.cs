using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace XoeNovAi.Gateway.Tests;

/// <summary>The gateway's own endpoints, and changes while it runs.</summary>
[TestClass]
public sealed class OperationTests : GatewayTest
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    [TestMethod]
    [Scenario("GATE-13")]
    public async Task Health_and_metrics_are_the_gateways_own()
    {
        await using var backend = await TestBackend.StartAsync();
        await using var gateway = await TestGateway.StartAsync(backend);
        using (await gateway.Client.GetAsync("/x", Cancel))
        {
        }

        Assert.AreEqual("""{"status":"healthy"}""", await gateway.Client.GetStringAsync("/health", Cancel));
        using var response = await gateway.Client.GetAsync("/metrics", Cancel);
        var samples = PrometheusText.Parse(await response.Content.ReadAsStringAsync(Cancel));

        Assert.AreEqual("text/plain", response.Content.Headers.ContentType!.MediaType);
        Assert.HasCount(1, backend.Seen, "no backend is asked for them");
        var counted = samples.Where(static s => s.Name == "http_server_request_duration_seconds_count").ToList();
        Assert.IsTrue(counted.Exists(static s => s.Labels["http_response_status_code"] == "200" && s.Value >= 1));
        Assert.AreEqual(0, samples.Single(static s => s.Name == "gateway_breaker_state").Value);
        Assert.AreEqual(0, samples.Single(static s => s.Name == "gateway_maintenance").Value);
    }

    [TestMethod]
    [Scenario("GATE-14")]
    public async Task Routes_change_while_a_stream_goes_on()
    {
        await using var old = await TestBackend.StartAsync("old");
        await using var young = await TestBackend.StartAsync("young");
        var more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        old.Answer = async context =>
        {
            await context.Response.WriteAsync("before ");
            await context.Response.Body.FlushAsync();
            await more.Task;
            await context.Response.WriteAsync("after");
        };
        await using var gateway = await TestGateway.StartAsync(old);
        using var stream = await gateway.Client.GetAsync("/x", HttpCompletionOption.ResponseHeadersRead, Cancel);

        gateway.Reconfigure(new TestSettings(young));
        await Eventually.HoldsAsync("the new route is in use", Limit, async token => await BeginningAsync(gateway, token), static answer => answer == "young", static answer => answer, Cancel);
        more.SetResult();

        Assert.AreEqual("before after", await stream.Content.ReadAsStringAsync(Cancel));
    }

    [TestMethod]
    [Scenario("GATE-14")]
    public async Task No_request_fails_while_routes_change()
    {
        await using var one = await TestBackend.StartAsync("one");
        await using var two = await TestBackend.StartAsync("two");
        await using var gateway = await TestGateway.StartAsync(one);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var failed = 0;
        var answered = 0;
        var traffic = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                using var response = await gateway.Client.GetAsync("/x", CancellationToken.None);
                Interlocked.Increment(ref response.IsSuccessStatusCode ? ref answered : ref failed);
            }
        })));

        for (var change = 0; change < 4; change++)
        {
            var (now, name) = change % 2 == 0 ? (two, "two") : (one, "one");
            gateway.Reconfigure(new TestSettings(now));
            await Eventually.HoldsAsync($"{name} answers", Limit, token => gateway.Client.GetStringAsync("/x", token), answer => answer == name, static answer => answer, Cancel);
        }

        await stop.CancelAsync();
        await traffic;
        TestContext.WriteLine($"{answered} answered");
        Assert.AreEqual(0, failed);
    }

    [TestMethod]
    [Scenario("GATE-14")]
    public async Task A_change_that_is_wrong_is_not_taken_over_and_the_next_one_is()
    {
        await using var one = await TestBackend.StartAsync("one");
        await using var two = await TestBackend.StartAsync("two");
        await using var gateway = await TestGateway.StartAsync(one);
        var settings = gateway.Service<XoeNovAi.Gateway.Configuration.GatewaySettings>();
        var before = settings.Current;

        var wrong = new TestSettings(two);
        wrong.Route["Match"]!["Path"] = "wrong";
        gateway.Reconfigure(wrong);
        gateway.Reconfigure(new TestSettings(new JsonObject { ["ReverseProxy"] = "none" }));
        Assert.AreEqual("one", await gateway.Client.GetStringAsync("/x", Cancel));
        Assert.AreSame(before, settings.Current);

        gateway.Reconfigure(new TestSettings(two));
        await Eventually.HoldsAsync("the right change is in use", Limit, token => gateway.Client.GetStringAsync("/x", token), static answer => answer == "two", static answer => answer, Cancel);
    }

    [TestMethod]
    [Scenario("GATE-14")]
    [DataRow(null, ArgumentsDisplayName = "it has gone")]
    [DataRow("", ArgumentsDisplayName = "it is empty")]
    [DataRow("{ \"Gateway\": ", ArgumentsDisplayName = "it is cut off")]
    public async Task Of_two_files_the_one_that_cannot_be_read_any_more_stays_in_use(string? content)
    {
        await using var one = await TestBackend.StartAsync("one");
        await using var two = await TestBackend.StartAsync("two");
        var settings = WithKey(one);
        settings.Second = Guard("Guarded");
        await using var gateway = await TestGateway.StartAsync(settings, "--environment=Production");
        Assert.AreEqual(HttpStatusCode.Unauthorized, await StatusAsync("/x"));

        File.Move(gateway.SecondFile, $"{gateway.SecondFile}.away");
        if (content is not null)
        {
            await File.WriteAllTextAsync(gateway.SecondFile, content, Cancel);
        }

        // What is known to be seen: a change of the first file, which is right by itself.
        var changed = WithKey(two);
        gateway.Reconfigure(changed);
        using var during = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        during.CancelAfter(TimeSpan.FromSeconds(2));
        while (!during.IsCancellationRequested)
        {
            Assert.AreEqual(HttpStatusCode.Unauthorized, await StatusAsync("/x"), "The route is guarded all the time.");
        }

        File.Move($"{gateway.SecondFile}.away", gateway.SecondFile, overwrite: true);
        changed.Second = Guard("anonymous");
        gateway.Reconfigure(changed);
        await Eventually.HoldsAsync("the mended files are in use", Limit, _ => StatusAsync("/x"), static status => status == HttpStatusCode.OK, static status => $"{status}", Cancel);

        async Task<HttpStatusCode> StatusAsync(string path)
        {
            using var response = await gateway.Client.GetAsync(path, Cancel);
            return response.StatusCode;
        }

        static TestSettings WithKey(TestBackend backend)
        {
            var settings = new TestSettings(backend);
            settings["Authentication"] = new JsonObject { ["ApiKeys"] = new JsonObject { ["alice"] = "alice-0123456789abcdef" } };
            return settings;
        }

        static JsonObject Guard(string policy) => new()
        {
            ["Gateway"] = new JsonObject { ["Authorization"] = new JsonObject { ["Guarded"] = new JsonObject { ["Schemes"] = new JsonArray("ApiKey") } } },
            ["ReverseProxy"] = new JsonObject { ["Routes"] = new JsonObject { ["test"] = new JsonObject { ["AuthorizationPolicy"] = policy } } },
        };
    }

    [TestMethod]
    [Scenario("GATE-03")]
    [DataRow("RoundRobin")]
    [DataRow("LeastRequests")]
    public async Task Three_instances_share_the_requests(string policy)
    {
        const int Requests = 300;
        await using var one = await TestBackend.StartAsync("one");
        await using var two = await TestBackend.StartAsync("two");
        await using var three = await TestBackend.StartAsync("three");
        var settings = new TestSettings(one, two, three);
        settings.Cluster["LoadBalancingPolicy"] = policy;
        if (policy == "LeastRequests")
        {
            // The slow one answers nothing before the others have answered nearly all.
            var nearlyAll = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var answered = 0;
            one.Answer = context => nearlyAll.Task.WaitAsync(context.RequestAborted);
            two.Answer = three.Answer = context =>
            {
                if (Interlocked.Increment(ref answered) == Requests * 9 / 10)
                {
                    nearlyAll.SetResult();
                }

                return Task.CompletedTask;
            };
        }

        await using var gateway = await TestGateway.StartAsync(settings);
        await Parallel.ForAsync(0, Requests, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Cancel }, async (_, token) =>
        {
            using var response = await gateway.Client.GetAsync("/x", token);
            Assert.AreEqual(HttpStatusCode.OK, response.StatusCode);
        });

        TestContext.WriteLine($"{one.Seen.Count}, {two.Seen.Count}, {three.Seen.Count}");
        if (policy == "RoundRobin")
        {
            foreach (var backend in (TestBackend[])[one, two, three])
            {
                Assert.IsInRange(Requests * 0.3, Requests * 0.3667, backend.Seen.Count);
            }
        }
        else
        {
            Assert.IsLessThan(Requests / 6, one.Seen.Count, "the slow one gets less than half its share");
        }
    }

    // The old backend's answer never ends: its first bytes say who it is.
    private static async Task<string> BeginningAsync(TestGateway gateway, CancellationToken cancellationToken)
    {
        using var response = await gateway.Client.GetAsync("/y", HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[16];
        return System.Text.Encoding.ASCII.GetString(buffer, 0, await body.ReadAsync(buffer, cancellationToken));
    }
}
