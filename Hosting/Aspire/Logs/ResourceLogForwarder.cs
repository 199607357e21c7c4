namespace Aspire.Hosting.ApplicationModel;

/// <summary>Writes what resources write to the host's log, under <c>{application}.Resources.{resource}</c>.</summary>
internal sealed class ResourceLogForwarder(ResourceNotificationService notifications, ResourceLoggerService logs, IHostEnvironment environment, ILoggerFactory loggers) : BackgroundService
{
    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var forwarded = new Dictionary<string, Task>(StringComparer.OrdinalIgnoreCase);
        try
        {
            await foreach (var happened in notifications.WatchAsync(stoppingToken).ConfigureAwait(false))
            {
                if (!forwarded.ContainsKey(happened.ResourceId))
                {
                    forwarded.Add(happened.ResourceId, ForwardAsync(happened, stoppingToken));
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }

        await Task.WhenAll(forwarded.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task ForwardAsync(ResourceEvent first, CancellationToken cancellationToken)
    {
        var logger = loggers.CreateLogger($"{environment.ApplicationName}.Resources.{first.Resource.Name}");
        if (!logger.IsEnabled(LogLevel.Error))
        {
            // Reading costs a process, which nobody would hear.
            return;
        }

        await foreach (var lines in logs.WatchAsync(first.ResourceId).WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            foreach (var line in lines)
            {
                logger.Log(line.IsErrorMessage ? LogLevel.Error : LogLevel.Information, "{LineNumber}: {LineContent}", line.LineNumber, line.Content);
            }
        }
    }
}
