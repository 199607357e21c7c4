namespace Aspire.Hosting.ApplicationModel;

/// <summary>A value that may be known only later.</summary>
public interface IValueProvider
{
    /// <summary>The value, as the host sees it, once it is known.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default);

    /// <summary>The value as seen from a place, once it is known.</summary>
    /// <param name="context">The place.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask<string?> GetValueAsync(ValueProviderContext context, CancellationToken cancellationToken = default)
        => GetValueAsync(cancellationToken);
}
