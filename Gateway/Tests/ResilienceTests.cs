using System.Diagnostics;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using XoeNovAi.Gateway.Configuration;
using XoeNovAi.Gateway.Retries;

namespace XoeNovAi.Gateway.Tests;

/// <summary>Timeouts, retries, breakers and health.</summary>
[TestClass]
public sealed class ResilienceTests : GatewayTest
{
    private static readonly RequestDelegate Drop = static context =>
    {
        context.Abort();
        return Task.CompletedTask;
    };

    [TestMethod]
    [Scenario("GATE-08")]
    public async Task A_backend_that_does_not_begin_its_answer_is_504_after_the_timeout_of_the_route()
    {
        await using var backend = await TestBackend.StartAsync();
        backend.Answer = static context => Task.Delay(Timeout.Infinite, context.RequestAborted);
        var settings = new TestSettings(backend);
        settings.Route["Metadata"] = new JsonObject { ["ResponseTimeout"] = "00:00:00.5" };
        await using var gateway = await TestGateway.StartAsync(settings);

        var started = Stopwatch.GetTimestamp();
        using var response = await gateway.Client.GetAsync("/x", Cancel);
        var took = Stopwatch.GetElapsedTime(started);

        Assert.AreEqual(HttpStatusCode.GatewayTimeout, response.StatusCode);
        Assert.Contains("\"service\":\"test\"", await response.Content.ReadAsStringAsync(Cancel));
        Assert.IsGreaterThan(0.45, took.TotalSeconds);
        Assert.IsLessThan(3, took.TotalSeconds);
        Assert.HasCount(1, backend.Seen, "a timeout is not tried again");
    }

    [TestMethod]
    [Scenario("GATE-08")]
    public async Task An_answer_that_has_begun_may_take_longer_than_the_timeout()
    {
        await using var backend = await TestBackend.StartAsync();
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        backend.Answer = async context =>
        {
            if (context.Request.Path == "/never")
            {
                await new TaskCompletionSource().Task.WaitAsync(context.RequestAborted);
            }

            await context.Response.WriteAsync("one ");
            await context.Response.Body.FlushAsync();
            await goOn.Task.WaitAsync(context.RequestAborted);
            await context.Response.WriteAsync("two");
        };
        var settings = new TestSettings(backend);
        settings["ResponseTimeout"] = "00:00:00.5";
        await using var gateway = await TestGateway.StartAsync(settings);

        using var response = await gateway.Client.GetAsync("/x", HttpCompletionOption.ResponseHeadersRead, Cancel);

        // Asked later and out of time: so the time of the first is over as well.
        using (var late = await gateway.Client.GetAsync("/never", Cancel))
        {
            Assert.AreEqual(HttpStatusCode.GatewayTimeout, late.StatusCode);
        }

        goOn.SetResult();
        Assert.AreEqual("one two", await response.Content.ReadAsStringAsync(Cancel));
    }

    [TestMethod]
    [Scenario("GATE-08")]
    [DataRow("GET", null, 0, true)]
    [DataRow("HEAD", null, 0, true)]
    [DataRow("OPTIONS", null, 0, true)]
    [DataRow("POST", "key-1", 65_536, true)]
    [DataRow("DELETE", "key-1", 0, true)]
    [DataRow("POST", "key-1", 65_537, false)]
    [DataRow("POST", null, 10, false)]
    [DataRow("POST", null, 0, false)]
    [DataRow("PUT", null, 10, false)]
    [DataRow("PATCH", null, 0, false)]
    [DataRow("DELETE", null, 0, false)]
    [DataRow("GET", null, 10, false)]
    public async Task What_may_be_repeated_goes_to_another_instance_and_nothing_else_does(string method, string? key, int length, bool repeated)
    {
        await using var broken = await TestBackend.StartAsync("broken");
        await using var well = await TestBackend.StartAsync("well");
        broken.Answer = Drop;
        var settings = new TestSettings(broken, well);
        settings.Cluster["LoadBalancingPolicy"] = "FirstAlphabetical";
        await using var gateway = await TestGateway.StartAsync(settings);

        using var request = new HttpRequestMessage(new(method), "/x") { Content = length > 0 ? new ByteArrayContent(new byte[length]) : null };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        using var response = await gateway.Client.SendAsync(request, Cancel);

        Assert.AreEqual(repeated ? HttpStatusCode.OK : HttpStatusCode.BadGateway, response.StatusCode);
        Assert.HasCount(repeated ? 1 : 0, well.Seen);
        Assert.IsLessThanOrEqualTo(1, broken.Seen.Count, "never to the same again");
        if (repeated && length > 0)
        {
            Assert.AreEqual(length, well.Seen.Single().BodyLength, "the body goes along");
        }
    }

    [TestMethod]
    [Scenario("GATE-08")]
    public async Task An_answer_that_breaks_after_its_headers_is_not_asked_for_again()
    {
        await using var broken = await TestBackend.StartAsync("broken");
        await using var well = await TestBackend.StartAsync("well");
        // A reset overtakes what is still on its way: the connection breaks only when the caller has the headers.
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        broken.Answer = async context =>
        {
            context.Response.ContentLength = 100;
            await context.Response.WriteAsync("half");
            await context.Response.Body.FlushAsync();
            await arrived.Task;
            context.Abort();
        };
        var settings = new TestSettings(broken, well);
        settings.Cluster["LoadBalancingPolicy"] = "FirstAlphabetical";
        await using var gateway = await TestGateway.StartAsync(settings);

        using var response = await gateway.Client.GetAsync("/x", HttpCompletionOption.ResponseHeadersRead, Cancel);
        arrived.SetResult();
        await Assert.ThrowsExactlyAsync<HttpRequestException>(() => response.Content.ReadAsStringAsync(Cancel));

        Assert.IsEmpty(well.Seen);
    }

    [TestMethod]
    [Scenario("GATE-08")]
    public async Task Retries_are_a_tenth_of_the_requests()
    {
        const int Requests = 200;
        await using var one = await TestBackend.StartAsync("one");
        await using var two = await TestBackend.StartAsync("two");
        one.Answer = Drop;
        two.Answer = Drop;
        var settings = new TestSettings(one, two);
        settings["Breaker"] = new JsonObject { ["MinimumRequests"] = 100_000 };
        await using var gateway = await TestGateway.StartAsync(settings);

        for (var i = 0; i < Requests; i++)
        {
            using var response = await gateway.Client.GetAsync("/x", Cancel);
            Assert.AreEqual(HttpStatusCode.BadGateway, response.StatusCode);
        }

        var retries = one.Seen.Count + two.Seen.Count - Requests;
        TestContext.WriteLine($"{retries} retries of {Requests} requests");
        Assert.IsInRange(1, Requests / 10, retries);
    }

    [TestMethod]
    [Scenario("GATE-08")]
    [DataRow("GET", null, false, true)]
    [DataRow("HEAD", null, false, true)]
    [DataRow("OPTIONS", null, false, true)]
    [DataRow("POST", "key-1", false, true)]
    [DataRow("DELETE", "key-1", false, true)]
    [DataRow("POST", null, false, false)]
    [DataRow("PUT", null, false, false)]
    [DataRow("DELETE", null, false, false)]
    [DataRow("GET", null, true, true)]
    [DataRow("POST", "key-1", true, true)]
    [DataRow("POST", null, true, false)]
    public async Task Of_a_dead_instance_only_what_may_be_repeated_goes_to_another(string method, string? key, bool silent, bool repeated)
    {
        await using var well = await TestBackend.StartAsync("well");
        using var dead = silent ? SilentPort.Full() : SilentPort.Closed();
        var settings = new TestSettings(well);
        settings.Cluster["Destinations"]!["0"] = new JsonObject { ["Address"] = dead.Address.AbsoluteUri };
        settings.Cluster["LoadBalancingPolicy"] = "FirstAlphabetical";
        settings["ConnectTimeout"] = "00:00:00.3";
        await using var gateway = await TestGateway.StartAsync(settings);

        var met = Stopwatch.GetTimestamp();
        var (status, body) = await SendAsync(gateway, method, key);
        if (repeated)
        {
            Assert.AreEqual(HttpStatusCode.OK, status, body);
        }
        else
        {
            Assert.AreEqual(HttpStatusCode.BadGateway, status, body);
            using var problem = JsonDocument.Parse(body);
            Assert.AreEqual(502, problem.RootElement.GetProperty("status").GetInt32());
            Assert.AreEqual("test", problem.RootElement.GetProperty("service").GetString());
        }

        Assert.HasCount(repeated ? 1 : 0, well.Seen);
        // For two seconds; then it is tried again.
        for (var i = 0; i < 5; i++)
        {
            (status, body) = await SendAsync(gateway, "POST", null);
            Assert.IsTrue(status == HttpStatusCode.OK || Stopwatch.GetElapsedTime(met) > TimeSpan.FromSeconds(2), $"It is left out once it is known to be dead: {status} {body}");
        }
    }

    [TestMethod]
    [Scenario("GATE-08")]
    [DataRow(1, null, 1)]
    [DataRow(19, null, 1)]
    [DataRow(60, null, 6)]
    [DataRow(9, 0, 0)]
    [DataRow(30, 0, 3)]
    [DataRow(9, 2, 2)]
    public async Task Failed_connections_are_within_the_budget_too(int requests, int? minimum, int retries)
    {
        // Nothing listens: every attempt but the last of a request is followed by a retry, as long as the budget has one.
        using var one = SilentPort.Closed();
        using var two = SilentPort.Closed();
        var settings = new TestSettings(one.Address, two.Address);
        settings["Breaker"] = new JsonObject { ["MinimumRequests"] = 100_000 };
        if (minimum is not null)
        {
            settings["Retries"] = new JsonObject { ["Minimum"] = minimum };
        }

        await using var gateway = await TestGateway.StartAsync(settings);
        for (var i = 0; i < requests; i++)
        {
            using var response = await gateway.Client.GetAsync("/x", Cancel);
            Assert.AreEqual(HttpStatusCode.BadGateway, response.StatusCode);
        }

        var samples = PrometheusText.Parse(await gateway.Client.GetStringAsync("/metrics", Cancel));
        Assert.AreEqual(retries, Total("gateway_retries_total"));
        Assert.AreEqual(requests > retries, Total("gateway_retries_denied_total") > 0);

        int Total(string name) => (int)samples.Where(sample => sample.Name == name).Sum(static sample => sample.Value);
    }

    [TestMethod]
    [Scenario("GATE-08")]
    public void The_budget_holds_in_every_window_and_comes_back_after_it()
    {
        var time = new SetTime();
        var budget = new RetryBudget(time);
        var options = new RetryOptions();
        var requests = new List<TimeSpan>();
        var retries = new List<TimeSpan>();

        // Bursts and lulls, a retry wanted for every request.
        var random = new Random(8);
        for (var i = 0; i < 3000; i++)
        {
            time.Advance(TimeSpan.FromMilliseconds(random.Next(i / 300 % 2 == 0 ? 40 : 400)));
            requests.Add(time.Elapsed);
            budget.CountRequest(options);
            if (budget.TryTake(options))
            {
                retries.Add(time.Elapsed);
            }
        }

        foreach (var retry in retries)
        {
            var allowed = Math.Max(1, Within(requests, retry) / 10);
            Assert.IsLessThanOrEqualTo(allowed, Within(retries, retry), $"retries in the 10 s before {retry}");
        }

        TestContext.WriteLine($"{retries.Count} retries of {requests.Count} requests");
        Assert.IsGreaterThan(200, retries.Count, "the budget is there to be used");

        time.Advance(TimeSpan.FromSeconds(11));
        budget.CountRequest(options);
        Assert.IsTrue(budget.TryTake(options), "a quiet service has one retry");
        Assert.IsFalse(budget.TryTake(options), "and one only");

        int Within(List<TimeSpan> times, TimeSpan end) => times.Count(at => at <= end && at > end - options.Window);
    }

    private async Task<(HttpStatusCode Status, string Body)> SendAsync(TestGateway gateway, string method, string? key)
    {
        using var request = new HttpRequestMessage(new(method), "/x") { Content = method == "POST" ? new StringContent("body") : null };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        using var response = await gateway.Client.SendAsync(request, Cancel);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Cancel));
    }
}
