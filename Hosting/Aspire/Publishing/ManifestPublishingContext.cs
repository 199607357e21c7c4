using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Publishing;

/// <summary>Writes a manifest.</summary>
/// <param name="executionContext">Says that the model is published.</param>
/// <param name="manifestPath">The manifest's file: paths in it are relative to its folder.</param>
/// <param name="writer">Where it is written to.</param>
/// <param name="cancellationToken">Ends the writing.</param>
public sealed class ManifestPublishingContext(DistributedApplicationExecutionContext executionContext, string manifestPath, Utf8JsonWriter writer, CancellationToken cancellationToken = default)
{
    private readonly Dictionary<string, IResource> _referenced = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<(ParameterResource Parameter, string Format), string> _encoded = [];
    private readonly Dictionary<string, ReferenceCondition> _choices = new(StringComparer.Ordinal);
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<object> _visited = new(ReferenceEqualityComparer.Instance);
    private readonly ManifestPorts _ports = new();

    /// <summary>Says that the model is published.</summary>
    public DistributedApplicationExecutionContext ExecutionContext { get; } = executionContext;

    /// <summary>The manifest's file.</summary>
    public string ManifestPath { get; } = manifestPath;

    /// <summary>Where it is written to.</summary>
    public Utf8JsonWriter Writer { get; } = writer;

    /// <summary>Ends the writing.</summary>
    public CancellationToken CancellationToken { get; } = cancellationToken;

    /// <summary>A path as the manifest has it: relative to its folder, with slashes.</summary>
    /// <param name="path">The path.</param>
    [return: NotNullIfNotNull(nameof(path))]
    public string? GetManifestRelativePath(string? path)
        => path is null ? null : Path.GetRelativePath(Path.GetDirectoryName(Path.GetFullPath(ManifestPath))!, path.Replace('\\', '/')).Replace('\\', '/');

    /// <summary>Writes a container: image or build, entry point, arguments, mounts, environment, bindings.</summary>
    /// <param name="container">The container.</param>
    public async Task WriteContainerAsync(ContainerResource container)
    {
        ArgumentNullException.ThrowIfNull(container);
        if (container.TryGetLastAnnotation<DockerfileBuildAnnotation>(out var build))
        {
            Writer.WriteString("type", "container.v1");
            WriteConnectionString(container);
            await WriteBuildAsync(container, build).ConfigureAwait(false);
        }
        else
        {
            Writer.WriteString("type", "container.v0");
            WriteConnectionString(container);
            Writer.WriteString("image", container.TryGetContainerImageName(out var image)
                ? image
                : throw new DistributedApplicationException($"Container '{container.Name}' has no image. Give it one with WithImage."));
        }

        if (container.Entrypoint is { } entrypoint)
        {
            Writer.WriteString("entrypoint", entrypoint);
        }

        await WriteCommandLineArgumentsAsync(container).ConfigureAwait(false);
        WriteMounts(container);
        await WriteEnvironmentVariablesAsync(container).ConfigureAwait(false);
        WriteBindings(container);
    }

    /// <summary>Writes the connection string of a resource that has one.</summary>
    /// <param name="resource">The resource.</param>
    public void WriteConnectionString(IResource resource)
    {
        if (resource is IResourceWithConnectionString { ConnectionStringExpression: { } expression })
        {
            Writer.WriteString("connectionString", ExpressionOf(expression));
            TryAddDependentResources(expression);
        }
    }

    /// <summary>Writes the endpoints of a resource that has any.</summary>
    /// <param name="resource">The resource.</param>
    public void WriteBindings(IResource resource)
    {
        var bindings = _ports.Resolve(resource);
        if (bindings.Count == 0)
        {
            return;
        }

        Writer.WriteStartObject("bindings");
        foreach (var (endpoint, port, targetPort) in bindings)
        {
            Writer.WriteStartObject(endpoint.Name);
            Writer.WriteString("scheme", endpoint.UriScheme);
            Writer.WriteString("protocol", endpoint.Protocol.ToString().ToLowerInvariant());
            Writer.WriteString("transport", endpoint.Transport);
            if (port is { } exposed && exposed != targetPort)
            {
                Writer.WriteNumber("port", exposed);
            }

            if (targetPort is { } target)
            {
                Writer.WriteNumber("targetPort", target);
            }

            if (endpoint.IsExternal)
            {
                Writer.WriteBoolean("external", true);
            }

            Writer.WriteEndObject();
        }

        Writer.WriteEndObject();
    }

    /// <summary>Writes the environment of a resource that has any.</summary>
    /// <param name="resource">The resource.</param>
    public async Task WriteEnvironmentVariablesAsync(IResource resource)
    {
        var context = new EnvironmentCallbackContext(ExecutionContext, resource, cancellationToken: CancellationToken);
        foreach (var callback in resource.Annotations.OfType<EnvironmentCallbackAnnotation>().ToList())
        {
            await callback.Callback(context).ConfigureAwait(false);
        }

        if (context.EnvironmentVariables.Count == 0)
        {
            return;
        }

        Writer.WriteStartObject("env");
        foreach (var (name, value) in context.EnvironmentVariables)
        {
            Writer.WriteString(name, ExpressionOf(value));
            TryAddDependentResources(value);
        }

        Writer.WriteEndObject();
    }

    /// <summary>Writes the arguments of a resource that has any.</summary>
    /// <param name="resource">The resource.</param>
    public async Task WriteCommandLineArgumentsAsync(IResource resource)
    {
        var context = new CommandLineArgsCallbackContext([], resource, CancellationToken) { ExecutionContext = ExecutionContext };
        foreach (var callback in resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>().ToList())
        {
            await callback.Callback(context).ConfigureAwait(false);
        }

        if (context.Args.Count == 0)
        {
            return;
        }

        Writer.WriteStartArray("args");
        foreach (var value in context.Args)
        {
            Writer.WriteStringValue(ExpressionOf(value));
            TryAddDependentResources(value);
        }

        Writer.WriteEndArray();
    }

    /// <summary>Makes sure that the resources a value is made of are in the manifest, even when they are not in the model.</summary>
    /// <param name="value">The value.</param>
    public void TryAddDependentResources(object? value)
    {
        switch (value)
        {
            case IResourceBuilder<IResource> builder:
                TryAddDependentResources(builder.Resource);
                break;
            case IResource resource:
                _referenced.TryAdd(resource.Name, resource);
                break;
            case IValueWithReferences composed when _visited.Add(composed):
                foreach (var part in composed.References)
                {
                    TryAddDependentResources(part);
                }

                break;
        }
    }

    internal async Task WriteModelAsync(DistributedApplicationModel model)
    {
        _names.UnionWith(model.Resources.Select(static r => r.Name));
        Writer.WriteStartObject();
        Writer.WriteStartObject("resources");
        foreach (var resource in model.Resources)
        {
            await WriteResourceAsync(resource).ConfigureAwait(false);
        }

        // Writing one can bring in others.
        while (_referenced.Values.FirstOrDefault(r => !_names.Contains(r.Name)) is { } missing)
        {
            _names.Add(missing.Name);
            await WriteResourceAsync(missing).ConfigureAwait(false);
        }

        await WriteChoicesAsync().ConfigureAwait(false);
        foreach (var ((parameter, format), name) in _encoded)
        {
            Writer.WriteStartObject(name);
            Writer.WriteString("type", "annotated.string");
            Writer.WriteString("value", parameter.ValueExpression);
            Writer.WriteString("filter", format);
            Writer.WriteEndObject();
        }

        Writer.WriteEndObject();
        Writer.WriteEndObject();
        await Writer.FlushAsync(CancellationToken).ConfigureAwait(false);
    }

    // Whoever reads a manifest cannot choose: what holds now is written. An expression of it, and no value that may be secret.
    private async Task WriteChoicesAsync()
    {
        var written = new HashSet<string>(StringComparer.Ordinal);
        while (_choices.FirstOrDefault(c => !written.Contains(c.Key)) is { Key: { } name, Value: { } choice })
        {
            written.Add(name);
            var chosen = await choice.ChooseAsync(new() { ExecutionContext = ExecutionContext }, CancellationToken).ConfigureAwait(false);
            Writer.WriteStartObject(name);
            Writer.WriteString("type", "value.v0");
            Writer.WriteString("connectionString", ExpressionOf(chosen));
            Writer.WriteEndObject();
        }
    }

    internal void WriteParameter(ParameterResource parameter)
    {
        Writer.WriteString("type", "parameter.v0");
        if (parameter.IsConnectionString)
        {
            Writer.WriteString("connectionString", parameter.ValueExpression);
        }

        Writer.WriteString("value", $"{{{parameter.Name}.inputs.value}}");
        Writer.WriteStartObject("inputs");
        Writer.WriteStartObject("value");
        Writer.WriteString("type", "string");
        if (parameter.Secret)
        {
            Writer.WriteBoolean("secret", true);
        }

        if (parameter.Default is { } fallback)
        {
            Writer.WriteStartObject("default");
            fallback.WriteToManifest(this);
            Writer.WriteEndObject();
        }

        Writer.WriteEndObject();
        Writer.WriteEndObject();
    }

    private async Task WriteResourceAsync(IResource resource)
    {
        if (resource.IsExcludedFromPublish())
        {
            return;
        }

        Writer.WriteStartObject(resource.Name);
        if (resource.TryGetLastAnnotation<ManifestPublishingCallbackAnnotation>(out var own))
        {
            await own.Callback!(this).ConfigureAwait(false);
        }
        else
        {
            await WriteByTypeAsync(resource).ConfigureAwait(false);
        }

        Writer.WriteEndObject();
    }

    private async Task WriteByTypeAsync(IResource resource)
    {
        switch (resource)
        {
            case ContainerResource container:
                await WriteContainerAsync(container).ConfigureAwait(false);
                break;
            case ProjectResource project:
                Writer.WriteString("type", "project.v0");
                Writer.WriteString("path", GetManifestRelativePath(project.GetProjectMetadata().ProjectPath));
                await WriteCommandLineArgumentsAsync(project).ConfigureAwait(false);
                await WriteEnvironmentVariablesAsync(project).ConfigureAwait(false);
                WriteBindings(project);
                break;
            case ExecutableResource executable:
                Writer.WriteString("type", "executable.v0");
                WriteConnectionString(executable);
                Writer.WriteString("workingDirectory", GetManifestRelativePath(executable.WorkingDirectory));
                Writer.WriteString("command", executable.Command);
                await WriteCommandLineArgumentsAsync(executable).ConfigureAwait(false);
                await WriteEnvironmentVariablesAsync(executable).ConfigureAwait(false);
                WriteBindings(executable);
                break;
            case ParameterResource parameter:
                WriteParameter(parameter);
                break;
            case IResourceWithConnectionString:
                Writer.WriteString("type", "value.v0");
                WriteConnectionString(resource);
                break;
            default:
                Writer.WriteString("error", "This resource does not support generation in the manifest.");
                break;
        }
    }

    private async Task WriteBuildAsync(ContainerResource container, DockerfileBuildAnnotation build)
    {
        var dockerfile = build.DockerfilePath;
        if (build.DockerfileFactory is not null)
        {
            dockerfile = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(ManifestPath))!, $"{container.Name}.Dockerfile");
            await build.EmitDockerfileArtifactsAsync(new() { Services = ExecutionContext.ServiceProvider, Resource = container, CancellationToken = CancellationToken }, dockerfile).ConfigureAwait(false);
        }

        Writer.WriteStartObject("build");
        Writer.WriteString("context", GetManifestRelativePath(build.ContextPath));
        Writer.WriteString("dockerfile", GetManifestRelativePath(dockerfile));
        if (build.Stage is { } stage)
        {
            Writer.WriteString("stage", stage);
        }

        if (!build.HasEntrypoint)
        {
            Writer.WriteBoolean("buildOnly", true);
        }

        if (build.BuildArguments.Count > 0)
        {
            Writer.WriteStartObject("args");
            foreach (var (name, value) in build.BuildArguments)
            {
                Writer.WriteString(name, value is null ? null : ExpressionOf(value));
                TryAddDependentResources(value);
            }

            Writer.WriteEndObject();
        }

        if (build.BuildSecrets.Count > 0)
        {
            Writer.WriteStartObject("secrets");
            foreach (var (name, value) in build.BuildSecrets)
            {
                Writer.WriteStartObject(name);
                Writer.WriteString("type", value is FileInfo ? "file" : "env");
                Writer.WriteString(value is FileInfo ? "source" : "value", value is FileInfo file ? GetManifestRelativePath(file.FullName) : ExpressionOf(value));
                Writer.WriteEndObject();
                TryAddDependentResources(value);
            }

            Writer.WriteEndObject();
        }

        Writer.WriteEndObject();
    }

    private void WriteMounts(ContainerResource container)
    {
        var mounts = container.Annotations.OfType<ContainerMountAnnotation>().ToLookup(static m => m.Type);
        WriteMounts("bindMounts", mounts[ContainerMountType.BindMount], m => Writer.WriteString("source", GetManifestRelativePath(m.Source)));
        WriteMounts("volumes", mounts[ContainerMountType.Volume], m =>
        {
            if (m.Source is { } name)
            {
                Writer.WriteString("name", name);
            }
        });
    }

    private void WriteMounts(string property, IEnumerable<ContainerMountAnnotation> mounts, Action<ContainerMountAnnotation> writeSource)
    {
        var first = true;
        foreach (var mount in mounts)
        {
            if (first)
            {
                Writer.WriteStartArray(property);
                first = false;
            }

            Writer.WriteStartObject();
            writeSource(mount);
            Writer.WriteString("target", mount.Target);
            Writer.WriteBoolean("readOnly", mount.IsReadOnly);
            Writer.WriteEndObject();
        }

        if (!first)
        {
            Writer.WriteEndArray();
        }
    }

    private string ExpressionOf(object value)
        => value switch
        {
            string text => text,
            bool flag => flag ? "true" : "false",
            ReferenceExpression expression => ExpressionOf(expression),
            IResourceBuilder<IResource> { Resource: IManifestExpressionProvider provider } => provider.ValueExpression,
            IManifestExpressionProvider provider => provider.ValueExpression,
            IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString() ?? string.Empty,
        };

    // A parameter that is percent-encoded somewhere is a value of its own in the manifest: whoever reads it cannot encode.
    private string ExpressionOf(ReferenceExpression expression)
    {
        if (expression.Choice is { } choice)
        {
            _choices.TryAdd(choice.ManifestName, choice);
            return expression.ValueExpression;
        }

        var parts = new string[expression.ManifestExpressions.Count];
        for (var i = 0; i < parts.Length; i++)
        {
            parts[i] = expression.StringFormats[i] is { Length: > 0 } format && ParameterOf(expression.ValueProviders[i]) is { } parameter
                ? $"{{{EncodedNameOf(parameter, format)}.value}}"
                : expression.ValueProviders[i] is ReferenceExpression inner ? ExpressionOf(inner) : expression.ManifestExpressions[i];
        }

        return string.Format(CultureInfo.InvariantCulture, expression.Format, parts);
    }

    private static ParameterResource? ParameterOf(IValueProvider provider)
        => provider switch
        {
            ParameterResource parameter => parameter,
            ReferenceExpression { Format: "{0}", ValueProviders: [ParameterResource parameter] } => parameter,
            _ => null,
        };

    private string EncodedNameOf(ParameterResource parameter, string format)
    {
        if (_encoded.TryGetValue((parameter, format), out var known))
        {
            return known;
        }

        var wanted = $"{parameter.Name}-{format}-encoded";
        var name = wanted;
        for (var i = 1; !_names.Add(name); i++)
        {
            name = $"{wanted}-{i}";
        }

        _encoded.Add((parameter, format), name);
        return name;
    }
}
