using System.Runtime.CompilerServices;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public static partial class ResourceBuilderExtensions
{
    private static readonly TimeSpan NoTimeout = Timeout.InfiniteTimeSpan;

    /// <summary>Adds a command, or replaces the one of its name.</summary>
    /// <typeparam name="T">The resource's type.</typeparam>
    /// <param name="builder">The resource.</param>
    /// <param name="name">The command's name.</param>
    /// <param name="displayName">What is shown.</param>
    /// <param name="executeCommand">What it does.</param>
    /// <param name="commandOptions">How it is shown and given.</param>
    [OverloadResolutionPriority(1)]
    public static IResourceBuilder<T> WithCommand<T>(this IResourceBuilder<T> builder, string name, string displayName, Func<ExecuteCommandContext, Task<ExecuteCommandResult>> executeCommand, CommandOptions? commandOptions = null)
        where T : IResource
    {
        var options = commandOptions ?? new();
        _ = new InteractionInputCollection(options.Arguments);
        var updateState = options.UpdateState ?? (static _ => ResourceCommandState.Enabled);
        return builder.WithCommand(options.Parameter is { } parameter
            ? new(name, displayName, updateState, executeCommand, options.Description, parameter, options.ConfirmationMessage, options.IconName, options.IconVariant, options.IsHighlighted)
            : new ResourceCommandAnnotation(name, displayName, updateState, executeCommand, options.Description, options.Arguments, options.ConfirmationMessage, options.IconName, options.IconVariant, options.IsHighlighted, options.Visibility, options.ValidateArguments));
    }

    /// <summary>Adds a command, or replaces the one of its name.</summary>
    /// <typeparam name="T">The resource's type.</typeparam>
    /// <param name="builder">The resource.</param>
    /// <param name="name">The command's name.</param>
    /// <param name="displayName">What is shown.</param>
    /// <param name="executeCommand">What it does.</param>
    /// <param name="updateState">Whether it can be given; always by default.</param>
    /// <param name="displayDescription">What it does, in words.</param>
    /// <param name="parameter">What it is given.</param>
    /// <param name="confirmationMessage">What is asked before.</param>
    /// <param name="iconName">The Fluent UI icon.</param>
    /// <param name="iconVariant">How the icon is drawn.</param>
    /// <param name="isHighlighted">Whether it has a button of its own.</param>
    [Obsolete("Give the command's options as a CommandOptions.")]
    public static IResourceBuilder<T> WithCommand<T>(this IResourceBuilder<T> builder, string name, string displayName, Func<ExecuteCommandContext, Task<ExecuteCommandResult>> executeCommand, Func<UpdateCommandStateContext, ResourceCommandState>? updateState = null, string? displayDescription = null, object? parameter = null, string? confirmationMessage = null, string? iconName = null, IconVariant? iconVariant = null, bool isHighlighted = false)
        where T : IResource
        => builder.WithCommand(new(name, displayName, updateState ?? (static _ => ResourceCommandState.Enabled), executeCommand, displayDescription, parameter, confirmationMessage, iconName, iconVariant, isHighlighted));

    /// <summary>Adds a command that sends a request to the resource.</summary>
    /// <typeparam name="TResource">The resource's type.</typeparam>
    /// <param name="builder">The resource.</param>
    /// <param name="path">What is asked for.</param>
    /// <param name="displayName">What is shown.</param>
    /// <param name="endpointName">The endpoint that is asked; by default the first that speaks HTTP.</param>
    /// <param name="commandName">The command's name; made of endpoint, method and path by default.</param>
    /// <param name="commandOptions">How it is shown and sent.</param>
    public static IResourceBuilder<TResource> WithHttpCommand<TResource>(this IResourceBuilder<TResource> builder, string path, string displayName, string? endpointName = null, string? commandName = null, HttpCommandOptions? commandOptions = null)
        where TResource : IResourceWithEndpoints
        => builder.WithHttpCommand(path, displayName, endpointName is null ? null : () => HttpEndpointOf(builder.Resource, endpointName, "HTTP command"), commandName, commandOptions);

    /// <summary>Adds a command that sends a request to the resource.</summary>
    /// <typeparam name="TResource">The resource's type.</typeparam>
    /// <param name="builder">The resource.</param>
    /// <param name="path">What is asked for.</param>
    /// <param name="displayName">What is shown.</param>
    /// <param name="endpointSelector">Gives the endpoint that is asked; by default the first that speaks HTTP.</param>
    /// <param name="commandName">The command's name; made of endpoint, method and path by default.</param>
    /// <param name="commandOptions">How it is shown and sent.</param>
    public static IResourceBuilder<TResource> WithHttpCommand<TResource>(this IResourceBuilder<TResource> builder, string path, string displayName, Func<EndpointReference>? endpointSelector, string? commandName = null, HttpCommandOptions? commandOptions = null)
        where TResource : IResourceWithEndpoints
    {
        var options = commandOptions ?? new();
        const string What = "HTTP command";
        var endpoint = Web(
            (endpointSelector ?? options.EndpointSelector ?? (() => HttpEndpointOf(builder.Resource, null, What)))()
                ?? throw new DistributedApplicationException($"Could not create {What} for resource '{builder.Resource.Name}' as the endpoint selector returned null."),
            What);
        builder.ApplicationBuilder.Services.AddHttpClient();
        var method = options.Method ?? HttpMethod.Post;
        commandName ??= $"{endpoint.Resource.Name}-{endpoint.EndpointName}-http-{method.Method.ToLowerInvariant()}-{path}";
        var command = new ResourceCommandAnnotation(
            commandName,
            displayName,
            options.UpdateState ?? (static context => context.ResourceSnapshot.State?.Text is { } state && (state == KnownResourceStates.Running || state == KnownResourceStates.RuntimeUnhealthy) ? ResourceCommandState.Enabled : ResourceCommandState.Disabled),
            context => SendAsync(endpoint, path, method, options, context),
            options.Description,
            options.Arguments,
            options.ConfirmationMessage,
            options.IconName,
            options.IconVariant,
            options.IsHighlighted,
            options.Visibility,
            options.ValidateArguments);
        return builder.WithCommand(command);
    }

    private static IResourceBuilder<T> WithCommand<T>(this IResourceBuilder<T> builder, ResourceCommandAnnotation command)
        where T : IResource
    {
        if (builder.Resource.Annotations.OfType<ResourceCommandAnnotation>().FirstOrDefault(c => c.Name == command.Name) is { } twin)
        {
            builder.Resource.Annotations.Remove(twin);
        }

        return builder.WithAnnotation(command);
    }

    private static async Task<ExecuteCommandResult> SendAsync(EndpointReference endpoint, string path, HttpMethod method, HttpCommandOptions options, ExecuteCommandContext context)
    {
        if (!endpoint.IsAllocated)
        {
            return CommandResults.Failure("Endpoints are not yet allocated.");
        }

        using var client = context.ServiceProvider.GetRequiredService<IHttpClientFactory>().CreateClient(options.HttpClientName ?? Microsoft.Extensions.Options.Options.DefaultName);
        if (options.HttpClientName is null)
        {
            // Whoever gave the command can end it; a client of one's own has a timeout of one's own.
            client.Timeout = NoTimeout;
        }

        using var request = new HttpRequestMessage(method, new Uri(new Uri(endpoint.Url), path));
        if (options.PrepareRequest is { } prepare)
        {
            await prepare(new() { ServiceProvider = context.ServiceProvider, ResourceName = context.ResourceName, Endpoint = endpoint, CancellationToken = context.CancellationToken, HttpClient = client, Request = request }).ConfigureAwait(false);
        }

        using var response = await client.SendAsync(request, context.CancellationToken).ConfigureAwait(false);
        return options.GetCommandResult is { } getResult
            ? await getResult(new() { ServiceProvider = context.ServiceProvider, ResourceName = context.ResourceName, Endpoint = endpoint, CancellationToken = context.CancellationToken, HttpClient = client, Response = response }).ConfigureAwait(false)
            : await ResultOfAsync(response, options.ResultMode, context.CancellationToken).ConfigureAwait(false);
    }

    private static async Task<ExecuteCommandResult> ResultOfAsync(HttpResponseMessage response, HttpCommandResultMode mode, CancellationToken cancellationToken)
    {
        var message = response.IsSuccessStatusCode ? string.Empty : $"Request failed with status code {response.StatusCode}";
        CommandResultFormat? format = (mode, response.Content.Headers.ContentType?.MediaType) switch
        {
            (HttpCommandResultMode.None, _) => null,
            (HttpCommandResultMode.Json, _) => CommandResultFormat.Json,
            (HttpCommandResultMode.Text, _) => CommandResultFormat.Text,
            (_, { } type) when type.EndsWith("json", StringComparison.OrdinalIgnoreCase) => CommandResultFormat.Json,
            (_, { } type) when type.StartsWith("text/", StringComparison.OrdinalIgnoreCase) => CommandResultFormat.Text,
            _ => null,
        };
        var data = format is { } known ? new CommandResultData { Value = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false), Format = known } : null;
        return (response.IsSuccessStatusCode, data) switch
        {
            (true, null) => CommandResults.Success(),
            (true, _) => CommandResults.Success(message, data),
            (false, null) => CommandResults.Failure(message),
            (false, _) => CommandResults.Failure(message, data),
        };
    }
}
