using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Polly.CircuitBreaker;
using XoeNovAi.Gateway.Breakers;

namespace XoeNovAi.Gateway.Tests;

/// <summary>Breakers, and instances that are left out.</summary>
[TestClass]
public sealed class InstanceHealthTests : GatewayTest
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private static readonly RequestDelegate Drop = static context =>
    {
        context.Abort();
        return Task.CompletedTask;
    };

    [TestMethod]
    [Scenario("GATE-09")]
    public async Task The_breaker_opens_tries_with_one_request_and_closes()
    {
        await using var backend = await TestBackend.StartAsync();
        backend.Answer = Drop;
        var settings = new TestSettings(backend);
        settings["Breaker"] = new JsonObject { ["MinimumRequests"] = 4, ["Break"] = "00:00:01" };
        await using var gateway = await TestGateway.StartAsync(settings);

        for (var i = 0; i < 4; i++)
        {
            using var failed = await gateway.Client.GetAsync("/x", Cancel);
            Assert.AreEqual(HttpStatusCode.BadGateway, failed.StatusCode);
        }

        using (var refused = await gateway.Client.GetAsync("/x", Cancel))
        {
            Assert.AreEqual(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.AreEqual(1, refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds);
            Assert.Contains("pause", await refused.Content.ReadAsStringAsync(Cancel));
        }

        Assert.HasCount(4, backend.Seen, "open: the backend is left alone");
        Assert.Contains("gateway_breaker_state{", await gateway.Client.GetStringAsync("/metrics", Cancel));
        Assert.AreEqual(2, await StateAsync(gateway));

        // The request that tries is answered only when the test says so: until then the breaker is half open, and refuses the others.
        var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        backend.Answer = async context =>
        {
            await answered.Task.WaitAsync(context.RequestAborted);
            await context.Response.WriteAsync("well");
        };
        var trial = TryAsync(gateway);
        await Eventually.HoldsAsync("one request tries", Limit, _ => Task.FromResult(gateway.Service<BreakerRegistry>().All.Single().State), static state => state == CircuitState.HalfOpen, static state => state.ToString(), Cancel);
        Assert.AreEqual(1, await StateAsync(gateway));
        using (var meanwhile = await gateway.Client.GetAsync("/x", Cancel))
        {
            Assert.AreEqual(HttpStatusCode.ServiceUnavailable, meanwhile.StatusCode);
        }

        answered.SetResult();
        Assert.AreEqual("well", await trial);
        await Eventually.HoldsAsync("the breaker is closed", Limit, _ => StateAsync(gateway), static state => state == 0, static state => $"{state}", Cancel);
        Assert.AreEqual("well", await gateway.Client.GetStringAsync("/x", Cancel));
    }

    [TestMethod]
    [Scenario("GATE-04")]
    public async Task An_instance_that_answers_500_is_left_out_and_comes_back()
    {
        await using var sick = await TestBackend.StartAsync("sick");
        await using var well = await TestBackend.StartAsync("well");
        sick.Answer = static context =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        };
        var settings = new TestSettings(sick, well);
        settings["Health"] = new JsonObject { ["MinimumRequests"] = 3, ["Reactivation"] = "00:00:01" };
        await using var gateway = await TestGateway.StartAsync(settings);

        await Eventually.HoldsAsync("the sick one is left out", Limit, token => AskAsync(gateway, 6, token), static answers => answers.All(static a => a == "well"), static answers => string.Join(", ", answers), Cancel);
        sick.Answer = static context => context.Response.WriteAsync("sick");
        await Eventually.HoldsAsync("it comes back", Limit, token => AskAsync(gateway, 6, token), static answers => answers.Contains("sick"), static answers => string.Join(", ", answers), Cancel);
    }

    [TestMethod]
    [Scenario("GATE-04")]
    public async Task An_instance_whose_check_fails_is_left_out_and_comes_back()
    {
        var healthy = true;
        await using var one = await TestBackend.StartAsync("one");
        await using var two = await TestBackend.StartAsync("two");
        one.Answer = context =>
        {
            context.Response.StatusCode = context.Request.Path == "/check" && !Volatile.Read(ref healthy) ? 500 : 200;
            return context.Response.WriteAsync("one");
        };
        var settings = new TestSettings(one, two);
        settings.Cluster["HealthCheck"] = new JsonObject { ["Active"] = new JsonObject { ["Enabled"] = true, ["Policy"] = "ConsecutiveFailures", ["Path"] = "/check", ["Interval"] = "00:00:00.1" } };
        await using var gateway = await TestGateway.StartAsync(settings);

        await Eventually.HoldsAsync("both answer", Limit, token => AskAsync(gateway, 6, token), static answers => answers.Distinct().Count() == 2, static answers => string.Join(", ", answers), Cancel);
        Volatile.Write(ref healthy, false);
        await Eventually.HoldsAsync("only the other answers", Limit, token => AskAsync(gateway, 6, token), static answers => answers.All(static a => a == "two"), static answers => string.Join(", ", answers), Cancel);
        Volatile.Write(ref healthy, true);
        await Eventually.HoldsAsync("both answer again", Limit, token => AskAsync(gateway, 6, token), static answers => answers.Distinct().Count() == 2, static answers => string.Join(", ", answers), Cancel);
    }

    [TestMethod]
    [Scenario("FLT-01")]
    [DataRow(400)]
    [DataRow(404)]
    [DataRow(429)]
    public async Task An_instance_that_refuses_requests_is_not_left_out(int status)
    {
        await using var strict = await TestBackend.StartAsync("strict");
        await using var well = await TestBackend.StartAsync("well");
        strict.Answer = context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        };
        await using var gateway = await TestGateway.StartAsync(strict, well);

        var answers = await AskAsync(gateway, 40, Cancel);

        Assert.AreEqual(20, answers.Count(static answer => answer == "well"), string.Join(", ", answers));
        Assert.IsTrue(gateway.Service<BreakerRegistry>().All.All(static breaker => breaker.State == CircuitState.Closed));
    }

    [TestMethod]
    [Scenario("GATE-03")]
    public async Task A_caller_bound_to_an_instance_that_is_gone_is_answered_by_another()
    {
        await using var one = await TestBackend.StartAsync("one");
        await using var two = await TestBackend.StartAsync("two");
        var settings = new TestSettings(one, two);
        settings.Cluster["SessionAffinity"] = new JsonObject { ["Enabled"] = true, ["Policy"] = "HashCookie", ["AffinityKeyName"] = "bound" };
        await using var gateway = await TestGateway.StartAsync(settings);
        using var first = await gateway.Client.GetAsync("/x", Cancel);
        var cookie = first.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
        var left = await first.Content.ReadAsStringAsync(Cancel) == "one" ? two : one;
        var fewer = new TestSettings(left);
        fewer.Cluster["SessionAffinity"] = settings.Cluster["SessionAffinity"]!.DeepClone();

        gateway.Reconfigure(fewer);

        await Eventually.HoldsAsync(
            "the other answers",
            Limit,
            async token =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, "/x");
                request.Headers.Add("Cookie", cookie);
                using var response = await gateway.Client.SendAsync(request, token);
                Assert.AreEqual(HttpStatusCode.OK, response.StatusCode);
                return await response.Content.ReadAsStringAsync(token);
            },
            answer => answer == left.Name,
            static answer => answer,
            Cancel);
    }

    private static async Task<int> StateAsync(TestGateway gateway)
    {
        var samples = PrometheusText.Parse(await gateway.Client.GetStringAsync("/metrics", CancellationToken.None));
        return (int)samples.Single(static sample => sample.Name == "gateway_breaker_state").Value;
    }

    private static async Task<IReadOnlyList<string>> AskAsync(TestGateway gateway, int times, CancellationToken cancellationToken)
    {
        var answers = new List<string>();
        for (var i = 0; i < times; i++)
        {
            using var response = await gateway.Client.GetAsync("/x", cancellationToken);
            answers.Add(response.IsSuccessStatusCode ? await response.Content.ReadAsStringAsync(cancellationToken) : ((int)response.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        return answers;
    }

    private Task<string> TryAsync(TestGateway gateway) => Eventually.HoldsAsync(
        "the pause is over",
        Limit,
        async token =>
        {
            using var response = await gateway.Client.GetAsync("/x", token);
            return response.IsSuccessStatusCode ? await response.Content.ReadAsStringAsync(token) : string.Empty;
        },
        static answer => answer.Length > 0,
        static _ => "503",
        Cancel);
}
