using Microsoft.Extensions.Logging.Abstractions;

namespace Aspire.Hosting.ApplicationModel;

public static partial class ResourceExtensions
{
    /// <summary>The resource's environment: in a run with its values, in publishing with the manifest's expressions.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="applicationOperation">What is done with the model.</param>
    [Obsolete("Aspire has announced that this goes; ask a running application instead.")]
    public static async ValueTask<Dictionary<string, string>> GetEnvironmentVariableValuesAsync(this IResourceWithEnvironment resource, DistributedApplicationOperation applicationOperation = DistributedApplicationOperation.Run)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        await resource.ProcessEnvironmentVariableValuesAsync(
            new(applicationOperation),
            (name, _, value, exception) =>
            {
                if (exception is not null)
                {
                    throw exception;
                }

                if (value is not null)
                {
                    values[name] = value;
                }
            },
            NullLogger.Instance).ConfigureAwait(false);
        return values;
    }

    /// <summary>The resource's arguments: in a run with their values, in publishing with the manifest's expressions.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="applicationOperation">What is done with the model.</param>
    [Obsolete("Aspire has announced that this goes; ask a running application instead.")]
    public static async ValueTask<string[]> GetArgumentValuesAsync(this IResourceWithArgs resource, DistributedApplicationOperation applicationOperation = DistributedApplicationOperation.Run)
    {
        var values = new List<string>();
        await resource.ProcessArgumentValuesAsync(
            new(applicationOperation),
            (_, value, exception, _) =>
            {
                if (exception is not null)
                {
                    throw exception;
                }

                if (value is not null)
                {
                    values.Add(value);
                }
            },
            NullLogger.Instance).ConfigureAwait(false);
        return [.. values];
    }

    /// <summary>Hands over each environment variable of the resource: what it is made of, its value, or why it has none.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="executionContext">Whether the application runs or is published.</param>
    /// <param name="processValue">Takes name, unresolved value, value and failure.</param>
    /// <param name="logger">The log callbacks write to.</param>
    /// <param name="cancellationToken">Ends the wait for values.</param>
    [Obsolete("Aspire has announced that this goes; ask a running application instead.")]
    public static async ValueTask ProcessEnvironmentVariableValuesAsync(this IResource resource, DistributedApplicationExecutionContext executionContext, Action<string, object?, string?, Exception?> processValue, ILogger logger, CancellationToken cancellationToken = default)
    {
        var context = new EnvironmentCallbackContext(executionContext, resource, cancellationToken: cancellationToken) { Logger = logger };
        foreach (var callback in resource.Annotations.OfType<EnvironmentCallbackAnnotation>().ToList())
        {
            await callback.Callback(context).ConfigureAwait(false);
        }

        foreach (var (name, unresolved) in context.EnvironmentVariables)
        {
            var (value, failure) = await TryResolveAsync(resource, executionContext, unresolved, cancellationToken).ConfigureAwait(false);
            processValue(name, unresolved, value, failure);
        }
    }

    /// <summary>Hands over each argument of the resource: what it is made of, its value, or why it has none, and whether it is a secret.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="executionContext">Whether the application runs or is published.</param>
    /// <param name="processValue">Takes unresolved value, value, failure and secrecy.</param>
    /// <param name="logger">The log callbacks write to.</param>
    /// <param name="cancellationToken">Ends the wait for values.</param>
    [Obsolete("Aspire has announced that this goes; ask a running application instead.")]
    public static async ValueTask ProcessArgumentValuesAsync(this IResource resource, DistributedApplicationExecutionContext executionContext, Action<object?, string?, Exception?, bool> processValue, ILogger logger, CancellationToken cancellationToken = default)
    {
        var context = new CommandLineArgsCallbackContext([], resource, cancellationToken) { ExecutionContext = executionContext, Logger = logger };
        foreach (var callback in resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>().ToList())
        {
            await callback.Callback(context).ConfigureAwait(false);
        }

        foreach (var unresolved in context.Args)
        {
            var (value, failure) = await TryResolveAsync(resource, executionContext, unresolved, cancellationToken).ConfigureAwait(false);
            processValue(unresolved, value, failure, SecretValues.IsSecret(unresolved));
        }
    }

    private static async Task<(string? Value, Exception? Failure)> TryResolveAsync(IResource resource, DistributedApplicationExecutionContext executionContext, object unresolved, CancellationToken cancellationToken)
    {
        var value = unresolved is IResourceBuilder<IResource> builder ? builder.Resource : unresolved;
        if (executionContext.IsPublishMode && value is IManifestExpressionProvider expression)
        {
            return (expression.ValueExpression, null);
        }

        try
        {
            return value switch
            {
                string text => (text, null),
                IValueProvider provider => (await provider.GetValueAsync(new ValueProviderContext { Caller = resource, ExecutionContext = executionContext, Network = resource.GetDefaultNetwork() }, cancellationToken).ConfigureAwait(false), null),
                IFormattable formattable => (formattable.ToString(null, System.Globalization.CultureInfo.InvariantCulture), null),
                _ => (value.ToString(), null),
            };
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return (null, exception);
        }
    }
}
