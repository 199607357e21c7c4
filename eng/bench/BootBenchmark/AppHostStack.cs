using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.Configuration;

namespace XoeNovAi.BootBenchmark;

/// <summary>The stack as tests start it.</summary>
internal sealed class AppHostStack(bool dashboard)
{
    private const string Query = "/xnai/api/v1/query";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Starts the stack, waits until it is healthy, lets a guest look at it, and stops it.</summary>
    public async Task<Measurement> MeasureAsync(Func<DistributedApplication, CancellationToken, Task> whileRunning, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(
            ["--Logging:LogLevel:Default=Error"],
            (options, _) => (options.DisableDashboard, options.EnableResourceLogging) = (!dashboard, false),
            cancellationToken).ConfigureAwait(false);
        await using (builder.ConfigureAwait(false))
        {
            var application = await builder.BuildAsync(cancellationToken).ConfigureAwait(false);
            var build = clock.Elapsed;
            var changes = new List<StateChange>();
            TimeSpan start;
            TimeSpan processor;
            TimeSpan? firstAnswer = null;
            TimeSpan? firstSpan = null;
            var stop = new Stopwatch();
            using var watching = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            try
            {
                var busy = ProcessorTime.Now();
                clock.Restart();
                var watch = WatchAsync(application, changes, clock, watching.Token);
                await application.StartAsync(cancellationToken).ConfigureAwait(false);
                changes.Add(new("StartAsync", "returned", clock.Elapsed));
                var model = application.Services.GetRequiredService<DistributedApplicationModel>();
                await Task.WhenAll(model.Resources
                    .Where(static r => r is ContainerResource or ExecutableResource or ProjectResource)
                    .Select(r => application.ResourceNotifications.WaitForResourceHealthyAsync(r.Name, cancellationToken))).ConfigureAwait(false);
                start = clock.Elapsed;
                processor = ProcessorTime.Now() - busy;
                if (dashboard)
                {
                    (firstAnswer, firstSpan) = await FollowAsync(application, clock, cancellationToken).ConfigureAwait(false);
                }

                await whileRunning(application, cancellationToken).ConfigureAwait(false);
                await watching.CancelAsync().ConfigureAwait(false);
                await watch.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            finally
            {
                stop.Start();
                await application.StopAsync(CancellationToken.None).ConfigureAwait(false);
                changes.Add(new("StopAsync", "returned", stop.Elapsed));
                await application.DisposeAsync().ConfigureAwait(false);
                stop.Stop();
            }

            return new() { Build = build, Start = start, StartProcessor = processor, Stop = stop.Elapsed, FirstAnswer = firstAnswer, FirstSpan = firstSpan, Changes = changes };
        }
    }

    private static async Task WatchAsync(DistributedApplication application, List<StateChange> changes, Stopwatch clock, CancellationToken cancellationToken)
    {
        var last = new Dictionary<string, string>(StringComparer.Ordinal);
        await foreach (var change in application.ResourceNotifications.WatchAsync(cancellationToken).ConfigureAwait(false))
        {
            var state = change.Snapshot.HealthStatus == Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Healthy ? "Healthy" : change.Snapshot.State?.Text ?? "–";
            if (last.GetValueOrDefault(change.ResourceId) != state)
            {
                last[change.ResourceId] = state;
                changes.Add(new(change.ResourceId, state, clock.Elapsed));
            }
        }
    }

    // Each request has a trace of its own: the one that is answered is the one to look for.
    private static async Task<(TimeSpan Answer, TimeSpan Span)> FollowAsync(DistributedApplication application, Stopwatch clock, CancellationToken cancellationToken)
    {
        using var gateway = application.CreateHttpClient("gateway", "http");
        using var dashboard = application.CreateHttpClient("aspire-dashboard", "http");
        dashboard.DefaultRequestHeaders.Add("x-api-key", application.Services.GetRequiredService<IConfiguration>()["AppHost:DashboardApiKey"]);
        var trace = string.Empty;
        await UntilAsync(
            gateway,
            () =>
            {
                trace = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
                var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Query, UriKind.Relative)) { Content = new StringContent("""{"query":"How fast is the start?"}""", Encoding.UTF8, "application/json") };
                request.Headers.Add("traceparent", $"00-{trace}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}-01");
                return request;
            },
            cancellationToken).ConfigureAwait(false);
        var answer = clock.Elapsed;
        await UntilAsync(dashboard, () => new HttpRequestMessage(HttpMethod.Get, new Uri($"/api/telemetry/traces/{trace}", UriKind.Relative)), cancellationToken).ConfigureAwait(false);
        return (answer, clock.Elapsed);
    }

    private static async Task UntilAsync(HttpClient client, Func<HttpRequestMessage> request, CancellationToken cancellationToken)
    {
        while (true)
        {
            using var sent = request();
            using var response = await client.SendAsync(sent, cancellationToken).ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.OK)
            {
                return;
            }

            await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
        }
    }
}
