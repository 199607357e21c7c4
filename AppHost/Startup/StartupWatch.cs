using Aspire.Hosting.Eventing;
using Aspire.Hosting.Lifecycle;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using XoeNovAi.AppHost.Configuration;

namespace XoeNovAi.AppHost.Startup;

/// <summary>
/// Watches the start: says when everything is healthy, and ends the application with one sentence when a resource
/// fails or does not become healthy in time.
/// </summary>
internal sealed class StartupWatch(StackOptions options, ResourceNotificationService notifications, ResourceLoggerService loggers, IHostApplicationLifetime lifetime, ILogger<StartupWatch> logger, TimeProvider time)
    : IDistributedApplicationEventingSubscriber
{
    private const int LogTail = 10;
    private static readonly TimeSpan LogTimeout = TimeSpan.FromSeconds(2);

    // Whoever waits is told what for, now and then.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private Task _watching = Task.CompletedTask;

    private string? _failure;

    /// <summary>Why the stack did not start; null when it did.</summary>
    public async Task<string?> GetFailureAsync()
    {
        await _watching.ConfigureAwait(false);
        return _failure;
    }

    public Task SubscribeAsync(IDistributedApplicationEventing eventing, DistributedApplicationExecutionContext executionContext, CancellationToken cancellationToken)
    {
        if (executionContext.IsPublishMode)
        {
            // Nothing starts that could be watched.
            return Task.CompletedTask;
        }

        eventing.Subscribe<BeforeStartEvent>((@event, _) =>
        {
            _watching = WatchAsync(@event.Model, time.GetTimestamp());
            return Task.CompletedTask;
        });
        return Task.CompletedTask;
    }

    private static bool IsRun(IResource resource)
        => resource is ContainerResource or ProjectResource or ExecutableResource && !resource.HasAnnotationOfType<ExplicitStartupAnnotation>();

    private async Task WatchAsync(DistributedApplicationModel model, long started)
    {
        using var deadline = new CancellationTokenSource(options.StartTimeout, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, lifetime.ApplicationStopping);
        var last = new Dictionary<string, ResourceEvent>(StringComparer.Ordinal);
        var said = started;
        try
        {
            await foreach (var change in notifications.WatchAsync(ending.Token).ConfigureAwait(false))
            {
                if (!IsRun(change.Resource))
                {
                    continue;
                }

                last[change.ResourceId] = change;
                if (HasFailed(change.Snapshot))
                {
                    await FailAsync($"'{change.Resource.Name}' {Describe(change.Snapshot)}.", change).ConfigureAwait(false);
                    return;
                }

                if (model.Resources.Where(IsRun).All(r => last.Values.Any(e => e.Resource == r)) && last.Values.All(static e => IsHealthy(e.Snapshot)))
                {
                    logger.LogInformation("All {Count} resources are healthy after {Seconds:0.0} s.", last.Count, time.GetElapsedTime(started).TotalSeconds);
                    return;
                }

                if (time.GetElapsedTime(said) > Pause)
                {
                    said = time.GetTimestamp();
                    var waiting = model.Resources.Where(r => IsRun(r) && (!last.Values.Any(e => e.Resource == r) || last.Values.Any(e => e.Resource == r && !IsHealthy(e.Snapshot))));
                    logger.LogInformation("After {Seconds:0} s not healthy yet: {Resources}.", time.GetElapsedTime(started).TotalSeconds, string.Join(", ", waiting.Select(static r => r.Name)));
                }
            }
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !lifetime.ApplicationStopping.IsCancellationRequested)
        {
            var waiting = last.Values.Where(static e => !IsHealthy(e.Snapshot)).OrderBy(static e => e.Snapshot.State?.Text == KnownResourceStates.Waiting).ToList();
            var first = waiting.FirstOrDefault();
            await FailAsync(
                $"After {options.StartTimeout.TotalSeconds:0} s (Stack:StartTimeout) not healthy: {string.Join("; ", waiting.Select(static e => $"'{e.Resource.Name}' {Describe(e.Snapshot)}"))}.",
                first).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The application ends before it has started: there is nothing to say.
        }
    }

    private static bool HasFailed(CustomResourceSnapshot snapshot) => snapshot.State?.Text is { } state && KnownResourceStates.TerminalStates.Contains(state);

    private static bool IsHealthy(CustomResourceSnapshot snapshot)
        => snapshot.State?.Text == KnownResourceStates.Running && snapshot.HealthStatus == HealthStatus.Healthy;

    private static string Describe(CustomResourceSnapshot snapshot)
        => snapshot.State?.Text switch
        {
            "FailedToStart" => "could not be started",
            "Exited" or "Finished" => $"ended at once{(snapshot.ExitCode is { } code ? $" with exit code {code}" : string.Empty)}",
            "Running" when snapshot.HealthReports.FirstOrDefault(static r => r.Status != HealthStatus.Healthy) is { } sick => $"runs, but its check '{sick.Name}' says: {sick.Description ?? sick.ExceptionText ?? "nothing"}",
            var state => $"is {state?.ToLowerInvariant() ?? "not started"}",
        };

    private async Task FailAsync(string what, ResourceEvent? resource)
    {
        var tail = resource is null ? [] : await TailAsync(resource.ResourceId).ConfigureAwait(false);
        _failure = $"{what}{(tail.Count == 0 ? string.Empty : $"{Environment.NewLine}Its last lines:{Environment.NewLine}  {string.Join($"{Environment.NewLine}  ", tail)}")}";
        lifetime.StopApplication();
    }

    private async Task<List<string>> TailAsync(string resourceId)
    {
        var lines = new List<string>();
        using var deadline = new CancellationTokenSource(LogTimeout, time);
        try
        {
            await foreach (var batch in loggers.GetAllAsync(resourceId).WithCancellation(deadline.Token).ConfigureAwait(false))
            {
                lines.AddRange(batch.Select(static l => l.Content));
            }
        }
        catch (OperationCanceledException)
        {
            // What was read by then has to do.
        }

        return [.. lines.TakeLast(LogTail)];
    }
}
