using System.Globalization;

namespace XoeNovAi.Hosting.Podman.Model;

/// <summary>Resolves values as a container sees them: names of its networks and ports inside of containers.</summary>
internal sealed class ContainerValues(IResource container, DistributedApplicationExecutionContext executionContext)
{
    private readonly ValueProviderContext _place = new()
    {
        Caller = container,
        ExecutionContext = executionContext,
        Network = KnownNetworkIdentifiers.DefaultAspireContainerNetwork,
    };

    /// <summary>The text of a value; null when it has none.</summary>
    public async ValueTask<string?> ResolveAsync(object? value, CancellationToken cancellationToken)
        => value switch
        {
            null => null,
            string text => text,
            IValueProvider provider => await provider.GetValueAsync(_place, cancellationToken).ConfigureAwait(false),
            IResourceBuilder<IResource> { Resource: IValueProvider provider } => await provider.GetValueAsync(_place, cancellationToken).ConfigureAwait(false),
            IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString(),
        };

    /// <summary>The texts of those values that have one.</summary>
    public async Task<List<string>> ResolveAllAsync(IEnumerable<object> values, CancellationToken cancellationToken)
    {
        var texts = new List<string>();
        foreach (var value in values)
        {
            if (await ResolveAsync(value, cancellationToken).ConfigureAwait(false) is { } text)
            {
                texts.Add(text);
            }
        }

        return texts;
    }
}
