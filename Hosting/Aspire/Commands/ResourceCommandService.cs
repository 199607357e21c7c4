namespace Aspire.Hosting.ApplicationModel;

/// <summary>Gives commands to resources.</summary>
public class ResourceCommandService
{
    private readonly ResourceNotificationService _notifications;
    private readonly ResourceLoggerService _loggers;
    private readonly IServiceProvider _services;

    internal ResourceCommandService(ResourceNotificationService notifications, ResourceLoggerService loggers, IServiceProvider services)
    {
        _notifications = notifications;
        _loggers = loggers;
        _services = services;
    }

    /// <summary>Gives a command to every instance of a resource.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="commandName">The command, such as <see cref="KnownResourceCommands.StopCommand"/>.</param>
    /// <param name="cancellationToken">Ends the command.</param>
    public async Task<ExecuteCommandResult> ExecuteCommandAsync(IResource resource, string commandName, CancellationToken cancellationToken = default)
    {
        var instances = _notifications.InstancesOf(resource);
        if (instances.Count == 0)
        {
            return CommandResults.Failure($"Resource '{resource.Name}' has not been started.");
        }

        var results = await Task.WhenAll(instances.Select(i => ExecuteAsync(resource, i.ResourceId, commandName, cancellationToken))).ConfigureAwait(false);
        return results.FirstOrDefault(static r => !r.Success) ?? results[0];
    }

    /// <summary>Gives a command to a resource, or to one instance of it.</summary>
    /// <param name="resourceId">The resource's name, or the instance.</param>
    /// <param name="commandName">The command.</param>
    /// <param name="cancellationToken">Ends the command.</param>
    public Task<ExecuteCommandResult> ExecuteCommandAsync(string resourceId, string commandName, CancellationToken cancellationToken = default)
        => !_notifications.TryGetCurrentState(resourceId, out var state)
            ? Task.FromResult(CommandResults.Failure($"Resource '{resourceId}' not found."))
            : string.Equals(state.ResourceId, resourceId, StringComparison.OrdinalIgnoreCase)
                ? ExecuteAsync(state.Resource, state.ResourceId, commandName, cancellationToken)
                : ExecuteCommandAsync(state.Resource, commandName, cancellationToken);

    private async Task<ExecuteCommandResult> ExecuteAsync(IResource resource, string resourceId, string commandName, CancellationToken cancellationToken)
    {
        var command = resource.Annotations.OfType<ResourceCommandAnnotation>().FirstOrDefault(c => c.Name == commandName);
        if (command is null)
        {
            return CommandResults.Failure($"Command '{commandName}' not available for resource '{resourceId}'.");
        }

        var logger = _loggers.GetLogger(resourceId);
        try
        {
            logger.LogInformation("Executing command '{CommandName}'.", commandName);
            var result = await command.ExecuteCommand(new() { ServiceProvider = _services, ResourceName = resourceId, Logger = logger, CancellationToken = cancellationToken }).ConfigureAwait(false);
            if (!result.Success)
            {
                logger.LogError("Command '{CommandName}' failed: {Reason}", commandName, result.ErrorMessage ?? "no reason given");
            }

            return result;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return CommandResults.Canceled();
        }
        catch (Exception exception)
        {
            logger.LogError(exception, "Command '{CommandName}' failed.", commandName);
            return CommandResults.Failure(exception);
        }
    }
}
