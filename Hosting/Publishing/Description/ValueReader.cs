using System.Globalization;
using XoeNovAi.Hosting.Podman.Networks;

namespace XoeNovAi.Hosting.Publishing.Description;

/// <summary>Takes values of the model apart, as one container sees them: names of its networks, and secrets as references.</summary>
/// <param name="container">The container.</param>
/// <param name="secrets">Gets each secret that is met.</param>
/// <param name="executionContext">That of the publish.</param>
/// <param name="time">Measures how long a value is waited for.</param>
internal sealed class ValueReader(IResource container, ISet<ParameterResource> secrets, DistributedApplicationExecutionContext executionContext, TimeProvider time)
{
    private const char Mark = '\u0001';

    // What can be told when publishing is told at once.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>A value.</summary>
    /// <param name="value">What the model has.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="PublishingException">It has none before it runs.</exception>
    public async Task<Value> ReadAsync(object? value, CancellationToken cancellationToken)
    {
        var parts = new List<ValuePart>();
        await AddAsync(parts, value, cancellationToken).ConfigureAwait(false);
        return new(parts);
    }

    private async Task AddAsync(List<ValuePart> parts, object? value, CancellationToken cancellationToken)
    {
        switch (value)
        {
            case null:
                break;
            case string text:
                parts.Add(new TextPart(text));
                break;
            case ParameterResource { Secret: true } secret:
                secrets.Add(secret);
                parts.Add(new SecretPart(secret.Name, UriEncoded: false));
                break;
            case PodmanNetworkResource network:
                parts.Add(new SubnetPart(network.Name, null));
                break;
            case PublishedSubnet subnet:
                parts.Add(new SubnetPart(subnet.Network.Name, (await ReadAsync(subnet.Otherwise, cancellationToken).ConfigureAwait(false)).Template(static p => p.Network)));
                break;
            case IResourceBuilder<IResource> builder:
                await AddAsync(parts, builder.Resource, cancellationToken).ConfigureAwait(false);
                break;
            case EndpointReference endpoint:
                parts.Add(new TextPart(PropertyOf(endpoint, EndpointProperty.Url)));
                break;
            case EndpointReferenceExpression expression:
                parts.Add(new TextPart(PropertyOf(expression.Endpoint, expression.Property)));
                break;
            case ConnectionStringReference reference:
                await AddAsync(parts, reference.Resource, cancellationToken).ConfigureAwait(false);
                break;
            case ReferenceExpression expression:
                await AddExpressionAsync(parts, expression, cancellationToken).ConfigureAwait(false);
                break;
            case IResourceWithConnectionString resource:
                await AddAsync(parts, resource.TryGetLastAnnotation<ConnectionStringRedirectAnnotation>(out var redirect) ? redirect.Resource : resource.ConnectionStringExpression, cancellationToken).ConfigureAwait(false);
                break;
            case IValueProvider provider:
                parts.Add(new TextPart(await AskAsync(provider, cancellationToken).ConfigureAwait(false)));
                break;
            case IFormattable formattable:
                parts.Add(new TextPart(formattable.ToString(null, CultureInfo.InvariantCulture)));
                break;
            default:
                parts.Add(new TextPart(value.ToString() ?? string.Empty));
                break;
        }
    }

    private async Task AddExpressionAsync(List<ValuePart> parts, ReferenceExpression expression, CancellationToken cancellationToken)
    {
        if (expression.IsConditional)
        {
            var condition = (await ReadAsync(expression.Condition, cancellationToken).ConfigureAwait(false)).Template(static p => p.Network);
            var branch = string.Equals(condition, expression.MatchValue, StringComparison.OrdinalIgnoreCase) ? expression.WhenTrue : expression.WhenFalse;
            await AddAsync(parts, branch, cancellationToken).ConfigureAwait(false);
            return;
        }

        // The format is composed with marks in the place of its values, which are then read each for itself.
        var marked = string.Format(CultureInfo.InvariantCulture, expression.Format, [.. expression.ValueProviders.Select(static object? (_, i) => $"{Mark}{i}{Mark}")]);
        foreach (var (piece, index) in marked.Split(Mark).Select(static (p, i) => (p, i)))
        {
            if (index % 2 == 0)
            {
                parts.Add(new TextPart(piece));
                continue;
            }

            var position = int.Parse(piece, CultureInfo.InvariantCulture);
            var inner = await ReadAsync(expression.ValueProviders[position], cancellationToken).ConfigureAwait(false);
            parts.AddRange(expression.StringFormats[position] == "uri" ? inner.Parts.Select(Encoded) : inner.Parts);
        }
    }

    private static ValuePart Encoded(ValuePart part)
        => part switch
        {
            SecretPart secret => secret with { UriEncoded = true },
            TextPart text => new TextPart(Uri.EscapeDataString(text.Text)),
            _ => part,
        };

    private async Task<string> AskAsync(IValueProvider provider, CancellationToken cancellationToken)
    {
        var context = new ValueProviderContext { Caller = container, ExecutionContext = executionContext, Network = KnownNetworkIdentifiers.DefaultAspireContainerNetwork };
        try
        {
            return await provider.GetValueAsync(context, cancellationToken).AsTask().WaitAsync(Patience, time, cancellationToken).ConfigureAwait(false) ?? string.Empty;
        }
        catch (TimeoutException)
        {
            var name = (provider as IManifestExpressionProvider)?.ValueExpression ?? provider.GetType().Name;
            throw new PublishingException($"'{container.Name}' refers to '{name}', which is known only while the application runs; leave it out when publishing (builder.ExecutionContext.IsPublishMode).");
        }
        catch (MissingParameterValueException exception)
        {
            throw new PublishingException($"'{container.Name}' refers to a parameter without a value: {exception.Message}");
        }
    }

    private string PropertyOf(EndpointReference reference, EndpointProperty property)
    {
        if (!reference.Exists || reference.Resource is not ContainerResource)
        {
            throw new PublishingException($"'{container.Name}' refers to the endpoint '{reference.EndpointName}' of '{reference.Resource.Name}', which is not deployed with it.");
        }

        var endpoint = reference.EndpointAnnotation;
        var host = EngineName.Of(reference.Resource);
        var port = endpoint.TargetPort ?? endpoint.Port
            ?? throw new PublishingException($"The endpoint '{endpoint.Name}' of '{reference.Resource.Name}' has no target port; give it the port the container listens on.");
        var at = string.Create(CultureInfo.InvariantCulture, $"{host}:{port}");
        return property switch
        {
            EndpointProperty.Url => $"{endpoint.UriScheme}://{at}",
            EndpointProperty.Host or EndpointProperty.IPV4Host => host,
            EndpointProperty.Port or EndpointProperty.TargetPort => port.ToString(CultureInfo.InvariantCulture),
            EndpointProperty.Scheme => endpoint.UriScheme,
            EndpointProperty.HostAndPort => at,
            EndpointProperty.TlsEnabled => endpoint.TlsEnabled ? bool.TrueString : bool.FalseString,
            _ => throw new PublishingException($"'{container.Name}' asks for '{property}' of the endpoint '{endpoint.Name}' of '{reference.Resource.Name}', which is not known when publishing."),
        };
    }
}

/// <summary>Names that every engine takes.</summary>
internal static class EngineName
{
    public static string Of(IResource resource) => resource.Name.ToLowerInvariant();
}
