using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Execution;

/// <summary>Arguments and environment of a resource, resolved.</summary>
internal sealed record ResourceConfiguration(IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment, IReadOnlyDictionary<string, string> Secrets)
{
    /// <summary>Whether a secret is among the arguments: they are not shown.</summary>
    public bool HasSecretArguments { get; init; }

    public static async Task<ResourceConfiguration> EvaluateAsync(IResource resource, DistributedApplicationExecutionContext executionContext, ILogger logger, CancellationToken cancellationToken)
    {
        var place = new ValueProviderContext { Caller = resource, ExecutionContext = executionContext, Network = resource.GetDefaultNetwork() };
        var variables = new EnvironmentCallbackContext(executionContext, resource, cancellationToken: cancellationToken) { Logger = logger };
        foreach (var callback in resource.Annotations.OfType<EnvironmentCallbackAnnotation>().ToList())
        {
            await callback.Callback(variables).ConfigureAwait(false);
        }

        var open = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var secret = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in variables.EnvironmentVariables)
        {
            if (await ResolveAsync(value, place, cancellationToken).ConfigureAwait(false) is { } text)
            {
                (SecretValues.IsSecret(value) ? secret : open)[name] = text;
            }
        }

        var arguments = new CommandLineArgsCallbackContext([], resource, cancellationToken) { ExecutionContext = executionContext, Logger = logger };
        foreach (var callback in resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>().ToList())
        {
            await callback.Callback(arguments).ConfigureAwait(false);
        }

        var hasSecretArguments = arguments.Args.Any(SecretValues.IsSecret);
        if (hasSecretArguments)
        {
            logger.LogWarning("A secret is among the arguments of '{Resource}', where every user of this machine can read it. Give it as an environment variable or a file.", resource.Name);
        }

        return new(await ResolveAllAsync(arguments.Args, place, cancellationToken).ConfigureAwait(false), open, secret) { HasSecretArguments = hasSecretArguments };
    }

    public static async Task<List<string>> ResolveAllAsync(IEnumerable<object> values, ValueProviderContext place, CancellationToken cancellationToken)
    {
        var texts = new List<string>();
        foreach (var value in values)
        {
            if (await ResolveAsync(value, place, cancellationToken).ConfigureAwait(false) is { } text)
            {
                texts.Add(text);
            }
        }

        return texts;
    }

    private static async ValueTask<string?> ResolveAsync(object value, ValueProviderContext place, CancellationToken cancellationToken)
        => value switch
        {
            string text => text,
            IValueProvider provider => await provider.GetValueAsync(place, cancellationToken).ConfigureAwait(false),
            IResourceBuilder<IResource> { Resource: IValueProvider provider } => await provider.GetValueAsync(place, cancellationToken).ConfigureAwait(false),
            IFormattable formattable => formattable.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
            _ => value.ToString(),
        };
}
