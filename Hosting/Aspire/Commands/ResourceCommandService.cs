namespace Aspire.Hosting.ApplicationModel;

/// <summary>Gives commands to resources.</summary>
public class ResourceCommandService
{
    private static readonly InteractionInputCollection None = new([]);
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
    public Task<ExecuteCommandResult> ExecuteCommandAsync(IResource resource, string commandName, CancellationToken cancellationToken = default)
        => ExecuteCommandAsync(resource, commandName, None, cancellationToken);

    /// <summary>Gives a command with arguments to every instance of a resource.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="commandName">The command.</param>
    /// <param name="arguments">What the command asks for.</param>
    /// <param name="cancellationToken">Ends the command.</param>
    public async Task<ExecuteCommandResult> ExecuteCommandAsync(IResource resource, string commandName, InteractionInputCollection arguments, CancellationToken cancellationToken = default)
    {
        var instances = _notifications.InstancesOf(resource);
        if (instances.Count == 0)
        {
            return CommandResults.Failure($"Resource '{resource.Name}' has not been started.");
        }

        var results = await Task.WhenAll(instances.Select(i => ExecuteAsync(resource, i.ResourceId, commandName, arguments, cancellationToken))).ConfigureAwait(false);
        return results.FirstOrDefault(static r => !r.Success && !r.Canceled) ?? results.FirstOrDefault(static r => r.Canceled) ?? results[0];
    }

    /// <summary>Gives a command to a resource, or to one instance of it.</summary>
    /// <param name="resourceId">The resource's name, or the instance.</param>
    /// <param name="commandName">The command.</param>
    /// <param name="cancellationToken">Ends the command.</param>
    public Task<ExecuteCommandResult> ExecuteCommandAsync(string resourceId, string commandName, CancellationToken cancellationToken = default)
        => ExecuteCommandAsync(resourceId, commandName, None, cancellationToken);

    /// <summary>Gives a command with arguments to a resource, or to one instance of it.</summary>
    /// <param name="resourceId">The resource's name, or the instance.</param>
    /// <param name="commandName">The command.</param>
    /// <param name="arguments">What the command asks for.</param>
    /// <param name="cancellationToken">Ends the command.</param>
    public Task<ExecuteCommandResult> ExecuteCommandAsync(string resourceId, string commandName, InteractionInputCollection arguments, CancellationToken cancellationToken = default)
        => !_notifications.TryGetCurrentState(resourceId, out var state)
            ? Task.FromResult(CommandResults.Failure($"Resource '{resourceId}' not found."))
            : string.Equals(state.ResourceId, resourceId, StringComparison.OrdinalIgnoreCase)
                ? ExecuteAsync(state.Resource, state.ResourceId, commandName, arguments, cancellationToken)
                : ExecuteCommandAsync(state.Resource, commandName, arguments, cancellationToken);

    private async Task<ExecuteCommandResult> ExecuteAsync(IResource resource, string resourceId, string commandName, InteractionInputCollection given, CancellationToken cancellationToken)
    {
        var offered = resource.Annotations.OfType<ResourceCommandAnnotation>().ToList();
        var command = offered.Find(c => c.Name == commandName) ?? offered.Find(c => c.Name == KnownResourceCommands.Current(commandName));
        if (command is null)
        {
            return CommandResults.Failure($"Command '{commandName}' not available for resource '{resourceId}'.");
        }

        var logger = _loggers.GetLogger(resourceId);
        try
        {
            if (await RefuseAsync(command, given, cancellationToken).ConfigureAwait(false) is { } refusal)
            {
                return refusal;
            }

            logger.LogInformation("Executing command '{CommandName}'.", commandName);
            var result = await command.ExecuteCommand(new() { ServiceProvider = _services, ResourceName = resourceId, Logger = logger, CancellationToken = cancellationToken, Arguments = given }).ConfigureAwait(false);
            if (result is { Success: false, Canceled: false })
            {
                logger.LogError("Command '{CommandName}' failed: {Reason}", commandName, result.ErrorMessage ?? result.Message ?? "no reason given");
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

    private async Task<ExecuteCommandResult?> RefuseAsync(ResourceCommandAnnotation command, InteractionInputCollection given, CancellationToken cancellationToken)
    {
        var errors = command.Arguments
            .Where(a => a.Required && string.IsNullOrEmpty(given.GetString(a.Name)))
            .Select(static a => $"{a.Name}: a value is required.")
            .Concat(given.Names.Where(n => !command.Arguments.Any(a => string.Equals(a.Name, n, StringComparison.OrdinalIgnoreCase))).Select(static n => $"{n}: there is no such argument."))
            .ToList();
        if (errors.Count == 0 && command.ValidateArguments is { } validate)
        {
            var context = new InputsDialogValidationContext { Inputs = given, Services = _services, CancellationToken = cancellationToken };
            await validate(context).ConfigureAwait(false);
            errors.AddRange(context.Errors);
        }

        return errors.Count == 0 ? null : CommandResults.Failure($"Command '{command.Name}' was not given what it needs. {string.Join(' ', errors)}");
    }
}
