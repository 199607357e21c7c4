using System.Diagnostics;
using XoeNovAi.Hosting.Testing.Spans;
using XoeNovAi.Hosting.Testing.Traces;

namespace XoeNovAi.Hosting.Tests.Testing;

/// <summary>Traces of the example application, whose service is no one's of this stack.</summary>
[TestClass]
public sealed class TraceTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(300);
    private readonly string _id = Guid.NewGuid().ToString("n")[..8];

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Cancelled => TestContext.CancellationToken;

    [TestCleanup]
    public async Task RemoveVolumesAsync()
    {
        var left = await Engine.RunAsync(CancellationToken.None, "volume", "ls", "-q", "--filter", $"name={_id}");
        if (left.Length > 0)
        {
            await Engine.RunAsync(CancellationToken.None, ["volume", "rm", .. left]);
        }
    }

    [TestMethod]
    [Timeout(240_000, CooperativeCancellation = true)]
    [Scenario("OBS-01")]
    [Scenario("OBS-07")]
    public async Task A_request_is_the_trace_that_is_expected_and_no_other()
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Example_AppHost>(
            ["--podman=true", $"--Volumes:Postgres=traces-{_id}-postgres", $"--Volumes:Redis=traces-{_id}-redis"],
            static (options, _) => (options.DisableDashboard, options.EnableResourceLogging) = (false, false),
            Cancelled);
        await using var app = await builder.BuildAsync(Cancelled);
        await app.StartAsync(Cancelled);
        await app.ResourceNotifications.WaitForResourceHealthyAsync("api", Cancelled);
        using var client = app.CreateHttpClient("api", "http");
        var query = new ExpectedSpan("api", "postgresql", ActivityKind.Client).With("db.system.name", "postgresql").With("db.query.text", "SELECT current_database()");
        var visit = new ExpectedSpan("api", "GET /", ActivityKind.Server, query, new ExpectedSpan("api", "CONNECT books", ActivityKind.Client).Optional()).With("http.route", "/").Succeeded();

        await using (var trace = app.StartTrace("a visit"))
        {
            Assert.AreEqual(trace.TraceId, Activity.Current?.TraceId.ToString(), "whatever is done now is part of it");
            await client.GetStringAsync(new Uri("/", UriKind.Relative), Cancelled);

            var spans = await trace.ShouldBeAsync(visit, Limit, Cancelled);

            spans.ShouldHaveNoErrors().ShouldNotCall("billing").ShouldNotRepeat();
            Assert.IsGreaterThanOrEqualTo(TimeSpan.Zero, spans.Duration - spans.Find("api", "GET /").Duration);
            Assert.Throws<TraceAssertionException>(() => spans.ShouldNotCall("api"));
            Assert.Throws<TraceAssertionException>(() => spans.Find("api", "POST /"));
            Assert.IsNull(Activity.Current, "it has ended");
        }

        await using (var trace = app.StartTrace("another visit"))
        {
            await client.GetStringAsync(new Uri("/", UriKind.Relative), Cancelled);
            await trace.ShouldHaveAsync([query], Limit, Cancelled);

            var complaint = await Assert.ThrowsExactlyAsync<TraceAssertionException>(() => trace.ShouldBeAsync(visit with { Children = [query.With("db.namespace", "films"), new("api", "kafka", ActivityKind.Producer)] }, Short, Cancelled));

            TestContext.WriteLine(complaint.Message);
            Assert.Contains("has db.namespace 'books' and not 'films'", complaint.Message);
            Assert.Contains("-      api 'kafka' Producer", complaint.Message);
        }

        // Two at the same time: what one does is no part of the other.
        await using (var first = app.StartTrace("the first"))
        await using (var second = app.StartTrace("the second"))
        {
            await client.GetStringAsync(new Uri("/", UriKind.Relative), Cancelled);
            var spans = await second.ShouldBeAsync(visit, Limit, Cancelled);
            Assert.HasCount(spans.All.Count, spans.All.Select(static span => span.SpanId).Distinct(), "each span is there once");
            await first.ShouldBeAsync([], Limit, Cancelled);
        }

        await app.StopAsync(Cancelled);
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    [Scenario("OBS-07")]
    public async Task Without_a_dashboard_the_cure_is_said()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        await using var app = await builder.BuildAsync(Cancelled);

        var complaint = Assert.ThrowsExactly<InvalidOperationException>(() => app.StartTrace("a visit"));

        Assert.Contains("options.DisableDashboard = false", complaint.Message);
    }
}
