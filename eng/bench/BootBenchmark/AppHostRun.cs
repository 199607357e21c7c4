using System.Diagnostics;
using Aspire.Hosting.Testing;

namespace XoeNovAi.BootBenchmark;

/// <summary>An application in this process, without the dashboard, as tests start it.</summary>
internal static class AppHostRun
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>The stack's.</summary>
    public static async Task<Measurement> MeasureStackAsync(Func<DistributedApplication, Task> whileRunning, BenchmarkPodman podman, CancellationToken cancellationToken)
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(
            ["--Logging:Console:LogLevel:Default=None"],
            static (options, _) => (options.DisableDashboard, options.EnableResourceLogging) = (true, false),
            cancellationToken);
        return await MeasureAsync(await builder.BuildAsync(cancellationToken), whileRunning, podman, cancellationToken);
    }

    /// <summary>Starts an application, waits until all of it is healthy, lets a guest look at it, and stops it.</summary>
    /// <param name="application">The application; it is disposed of.</param>
    /// <param name="whileRunning">The guest.</param>
    /// <param name="podman">Says whether its containers are gone.</param>
    /// <param name="cancellationToken">Ends it, but not its end.</param>
    public static async Task<Measurement> MeasureAsync(DistributedApplication application, Func<DistributedApplication, Task> whileRunning, BenchmarkPodman podman, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        var model = application.Services.GetRequiredService<DistributedApplicationModel>();
        var run = model.Resources.Where(static r => (r is ContainerResource or ExecutableResource or ProjectResource) && !r.HasAnnotationOfType<ExplicitStartupAnnotation>()).ToList();
        IReadOnlyList<string> containers = [];
        var start = TimeSpan.Zero;
        TimeSpan stop;
        var clock = Stopwatch.StartNew();
        try
        {
            await application.StartAsync(limit.Token);
            await Task.WhenAll(run.Select(r => application.ResourceNotifications.WaitForResourceHealthyAsync(r.Name, WaitBehavior.StopOnResourceUnavailable, limit.Token)));
            start = clock.Elapsed;
            containers = [.. run.OfType<ContainerResource>().Select(c => ContainerOf(application, c))];
            await whileRunning(application);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            var late = run.Where(r => !IsHealthy(application, r)).Select(static r => $"'{r.Name}'");
            throw new InvalidOperationException($"Not healthy after {Patience.TotalMinutes:0} minutes: {string.Join(", ", late)}.");
        }
        finally
        {
            clock.Restart();
            await application.StopAsync(CancellationToken.None);
            await application.DisposeAsync();
            stop = clock.Elapsed;
            if (await podman.WaitUntilGoneAsync(containers))
            {
                stop = clock.Elapsed;
            }
        }

        return new(start, null, stop);
    }

    private static bool IsHealthy(DistributedApplication application, IResource resource)
        => application.ResourceNotifications.TryGetCurrentState(resource.Name, out var now) && now.Snapshot.HealthStatus == Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Healthy;

    private static string ContainerOf(DistributedApplication application, ContainerResource container)
        => application.ResourceNotifications.TryGetCurrentState(container.Name, out var now)
            && now.Snapshot.Properties.FirstOrDefault(static p => p.Name == "container.id")?.Value is string id
                ? id
                : throw new InvalidOperationException($"'{container.Name}' does not say which container it is.");
}
