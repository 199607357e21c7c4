using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard;

#pragma warning disable CA1822, IDE0060 // They are called by name, from another process, with requests that may say nothing yet.
namespace Aspire.Hosting.Backchannel;

/// <summary>What the aspire command can ask of a running AppHost: <c>ps</c>, <c>describe</c>, <c>logs</c>, <c>resource</c>, <c>wait</c>, <c>stop</c>.</summary>
internal sealed class AppHostCalls(AppHostLocation location, DistributedApplicationModel model, ResourceNotificationService notifications, ResourceLoggerService loggers, ResourceCommandService commands, DashboardHost dashboard, IConfiguration configuration, IHostApplicationLifetime lifetime, TimeProvider time)
{
    private const string Version = "13.5.4";
    private static readonly string[] Known = ["aux.v1", "aux.v2", "aux.v3"];
    private static readonly InteractionInputCollection NoArguments = new([]);
    private readonly DateTimeOffset _startedAt = time.GetUtcNow();

    public Task<CapabilitiesResponse> GetCapabilitiesAsync(JsonElement? request = null) => Task.FromResult(new CapabilitiesResponse(Known));

    public Task<AppHostInformation> GetAppHostInformationAsync() => Task.FromResult(new AppHostInformation(location.ProjectPath ?? location.Directory, Environment.ProcessId, CliProcess, _startedAt));

    public Task<AppHostInfoResponse> GetAppHostInfoAsync(JsonElement? request = null)
        => Task.FromResult(new AppHostInfoResponse(Environment.ProcessId.ToString(CultureInfo.InvariantCulture), Version, location.ProjectPath ?? location.Directory, CliProcess, _startedAt));

    public async Task<DashboardInfoResponse> GetDashboardInfoAsync(JsonElement? request = null, CancellationToken cancellationToken = default)
    {
        var url = await dashboard.LoginUrlAsync(notifications, cancellationToken).ConfigureAwait(false);
        return url is null
            ? new(null, null, [], IsHealthy: false)
            : new(url.GetLeftPart(UriPartial.Authority), dashboard.TelemetryApiKey, [url.ToString()], IsHealthy: true);
    }

    public async Task<DashboardUrls> GetDashboardUrlsAsync(CancellationToken cancellationToken = default)
        => new(dashboard.IsEnabled, (await dashboard.LoginUrlAsync(notifications, cancellationToken).ConfigureAwait(false))?.ToString());

    public async Task<AppHostReadyResponse> WaitForAppHostReadyAsync(JsonElement? request = null, CancellationToken cancellationToken = default)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = lifetime.ApplicationStarted.Register(() => started.TrySetResult());
        await started.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new(IsReady: true);
    }

    public Task<ResourcesResponse> GetResourcesAsync(ResourcesRequest? request = null)
        => Task.FromResult(new ResourcesResponse([.. notifications.Current().Where(e => Matches(e, request?.Filter)).Select(ResourceDescription.Of)]));

    public async IAsyncEnumerable<ResourceDescription> WatchResourcesAsync(ResourcesRequest? request = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        await foreach (var change in notifications.WatchAsync(ending.Token).ConfigureAwait(false))
        {
            if (Matches(change, request?.Filter))
            {
                yield return ResourceDescription.Of(change);
            }
        }
    }

    public async IAsyncEnumerable<ResourceLogLine> GetConsoleLogsAsync(ConsoleLogsRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var batch in GetConsoleLogBatchesAsync(request, cancellationToken).ConfigureAwait(false))
        {
            foreach (var line in batch.Lines)
            {
                yield return line;
            }
        }
    }

    public async IAsyncEnumerable<ResourceLogBatch> GetConsoleLogBatchesAsync(ConsoleLogsRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        var wanted = notifications.Current()
            .Where(e => request.ResourceName is { } name ? IsNamed(e, name) : request.IncludeHidden || !e.Snapshot.IsHidden)
            .Select(static e => e.ResourceId)
            .ToList();
        var lines = wanted.Select(id => ReadAsync(id, request.Follow, ending.Token)).ToList();
        if (request.Tail is { } tail)
        {
            // What there is first, and of it only the end.
            foreach (var id in wanted)
            {
                var there = new List<ResourceLogLine>();
                await foreach (var batch in ReadAsync(id, follow: false, ending.Token).ConfigureAwait(false))
                {
                    there.AddRange(batch.Lines.Where(l => IsFound(l, request.Search)));
                }

                yield return new([.. there.TakeLast(tail)]);
            }

            if (!request.Follow)
            {
                yield break;
            }
        }

        await foreach (var batch in AsyncSequences.MergeAsync(lines, ending.Token).ConfigureAwait(false))
        {
            var found = batch.Lines.Where(l => IsFound(l, request.Search)).ToArray();
            if (found.Length > 0)
            {
                yield return new(found);
            }
        }
    }

    public async Task<CommandResponse> ExecuteResourceCommandAsync(CommandRequest request, CancellationToken cancellationToken = default)
    {
        if (!notifications.TryGetCurrentState(request.ResourceName, out var state))
        {
            return CommandResponse.Of(CommandResults.Failure($"Resource '{request.ResourceName}' not found."));
        }

        var command = state.Resource.Annotations.OfType<ResourceCommandAnnotation>().FirstOrDefault(c => c.Name == request.CommandName);
        var arguments = command is null || request.Arguments is not JsonObject given
            ? NoArguments
            : new([.. given.Select(g => new InteractionInput
            {
                Name = g.Key,
                InputType = command.Arguments.FirstOrDefault(a => string.Equals(a.Name, g.Key, StringComparison.OrdinalIgnoreCase))?.InputType ?? InputType.Text,
                Value = g.Value?.ToString(),
            })]);
        return request.ValidateOnly
            ? CommandResponse.Of(command is null ? CommandResults.Failure($"Command '{request.CommandName}' not available for resource '{request.ResourceName}'.") : CommandResults.Success())
            : CommandResponse.Of(await commands.ExecuteCommandAsync(request.ResourceName, request.CommandName, arguments, cancellationToken).ConfigureAwait(false));
    }

    public async Task<WaitResponse> WaitForResourceAsync(WaitRequest request, CancellationToken cancellationToken = default)
    {
        if (!notifications.TryGetCurrentState(request.ResourceName, out _) && !model.Resources.TryGetByName(request.ResourceName, out _))
        {
            return new() { Success = false, ResourceNotFound = true, ErrorMessage = $"Resource '{request.ResourceName}' not found." };
        }

        Func<CustomResourceSnapshot, bool>? reached = request.Status switch
        {
            "healthy" => ResourceNotificationService.IsHealthy,
            "up" => static s => s.State?.Text == KnownResourceStates.Running,
            "down" => ResourceNotificationService.IsEnded,
            _ => null,
        };
        if (reached is null)
        {
            return new() { Success = false, ErrorMessage = $"Unknown status: {request.Status}" };
        }

        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(request.TimeoutSeconds), time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            var last = await notifications.WaitForResourceAsync(request.ResourceName, e => reached(e.Snapshot) || ResourceNotificationService.IsEnded(e.Snapshot), ending.Token).ConfigureAwait(false);
            var success = reached(last.Snapshot);
            return new()
            {
                Success = success,
                State = last.Snapshot.State?.Text,
                HealthStatus = last.Snapshot.HealthStatus?.ToString(),
                ErrorMessage = success ? null : $"Resource '{request.ResourceName}' is {last.Snapshot.State?.Text} and will not become {request.Status}.",
            };
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            return new() { Success = false, TimedOut = true, ErrorMessage = $"Timed out waiting for resource '{request.ResourceName}'." };
        }
    }

    public Task<JsonObject> StopAsync(JsonElement? request = null)
    {
        lifetime.StopApplication();
        return Task.FromResult(new JsonObject());
    }

    public Task StopAppHostAsync() => StopAsync();

    private int? CliProcess => LauncherWatch.CliProcessOf(configuration);

    private static bool Matches(ResourceEvent resource, string? filter) => string.IsNullOrEmpty(filter) || resource.ResourceId.Contains(filter, StringComparison.OrdinalIgnoreCase);

    private static bool IsNamed(ResourceEvent resource, string name)
        => string.Equals(resource.ResourceId, name, StringComparison.OrdinalIgnoreCase) || string.Equals(resource.Resource.Name, name, StringComparison.OrdinalIgnoreCase);

    private static bool IsFound(ResourceLogLine line, string? search) => string.IsNullOrEmpty(search) || line.Content.Contains(search, StringComparison.OrdinalIgnoreCase);

    private async IAsyncEnumerable<ResourceLogBatch> ReadAsync(string resourceId, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var source = follow ? loggers.WatchAsync(resourceId) : loggers.GetAllAsync(resourceId);
        await foreach (var batch in source.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            yield return new([.. batch.Select(l => new ResourceLogLine(resourceId, l.LineNumber, l.Content, l.IsErrorMessage))]);
        }
    }
}
