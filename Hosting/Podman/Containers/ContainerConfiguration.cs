using System.Text.RegularExpressions;
using XoeNovAi.Hosting.Podman.Model;

namespace XoeNovAi.Hosting.Podman.Containers;

/// <summary>Arguments, environment and files of a container, resolved as they are seen from its network.</summary>
/// <param name="Arguments">What follows the image.</param>
/// <param name="Environment">The variables that are no secret.</param>
/// <param name="Secrets">The variables that are.</param>
/// <param name="Certificates">The certificates it trusts, and its own.</param>
internal sealed partial record ContainerConfiguration(
    IReadOnlyList<string> Arguments,
    IReadOnlyDictionary<string, string> Environment,
    IReadOnlyDictionary<string, string> Secrets,
    ContainerCertificates Certificates)
{
    /// <summary>Whether a secret is among the arguments: they are not shown.</summary>
    public bool HasSecretArguments { get; private init; }

    /// <summary>Asks all that the model says of the container.</summary>
    /// <exception cref="DistributedApplicationException">A value could not be had.</exception>
    public static async Task<ContainerConfiguration> ResolveAsync(ContainerResource container, DistributedApplicationExecutionContext executionContext, ILogger logger, CancellationToken cancellationToken)
    {
        var gathered = new GatheredValues();
        var result = await ContainerCertificates.AddTo(ExecutionConfigurationBuilder.Create(container).WithArgumentsConfig().WithEnvironmentVariablesConfig(), container)
            .AddExecutionConfigurationGatherer(gathered)
            .BuildAsync(executionContext, logger, cancellationToken).ConfigureAwait(false);
        if (result.Exception is { } exception)
        {
            throw new DistributedApplicationException(exception.InnerException?.Message ?? exception.Message, exception);
        }

        var values = new ContainerValues(container, executionContext);
        var open = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var secret = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in gathered.Environment)
        {
            if (await values.ResolveAsync(value, cancellationToken).ConfigureAwait(false) is { } text)
            {
                (SecretValues.IsSecret(name, value) ? secret : open)[name] = Expand(text, container);
            }
        }

        var hasSecretArguments = gathered.Arguments.Any(SecretValues.IsSecret);
        if (hasSecretArguments)
        {
            logger.LogWarning("A secret is among the arguments of '{Resource}', where every user of this machine can read it. Give it as an environment variable or a file.", container.Name);
        }

        var arguments = await values.ResolveAllAsync(gathered.Arguments, cancellationToken).ConfigureAwait(false);
        return new(
            container.ShellExecution == true ? ["-c", string.Join(' ', arguments)] : arguments,
            open,
            secret,
            await ContainerCertificates.OfAsync(container, result, cancellationToken).ConfigureAwait(false))
        {
            HasSecretArguments = hasSecretArguments,
        };
    }

    // What DCP fills in for what it runs: the name and the instance that telemetry is sent with.
    private static string Expand(string text, ContainerResource container)
        => text.Contains("{{", StringComparison.Ordinal) ? DcpAnnotation().Replace(text, container.Name) : text;

    [GeneratedRegex("""\{\{-?\s*index \.Annotations "otel-service-(?:name|instance-id)"\s*-?\}\}""")]
    private static partial Regex DcpAnnotation();

    /// <summary>Takes what the model's callbacks gave before it is resolved: the builder resolves as seen from the host.</summary>
    private sealed class GatheredValues : IExecutionConfigurationGatherer
    {
        public IReadOnlyList<object> Arguments { get; private set; } = [];

        public IReadOnlyDictionary<string, object> Environment { get; private set; } = new Dictionary<string, object>();

        public ValueTask GatherAsync(IExecutionConfigurationGathererContext context, IResource resource, ILogger resourceLogger, DistributedApplicationExecutionContext executionContext, CancellationToken cancellationToken = default)
        {
            Arguments = [.. context.Arguments];
            Environment = new Dictionary<string, object>(context.EnvironmentVariables);
            context.Arguments.Clear();
            context.EnvironmentVariables.Clear();
            return ValueTask.CompletedTask;
        }
    }
}
