using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>A service outside of the application.</summary>
public sealed class ExternalServiceResource : Resource
{
    /// <summary>Creates the resource.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="uri">Its address: absolute, with the root as its path.</param>
    public ExternalServiceResource(string name, Uri uri)
        : base(name)
    {
        ArgumentNullException.ThrowIfNull(uri);
        Uri = FaultOf(uri) is { } fault ? throw new ArgumentException($"The URL '{uri}' of external service '{name}' {fault}.", nameof(uri)) : uri;
    }

    /// <summary>Creates the resource.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="urlParameter">Has its address.</param>
    public ExternalServiceResource(string name, ParameterResource urlParameter)
        : base(name)
    {
        ArgumentNullException.ThrowIfNull(urlParameter);
        UrlParameter = urlParameter;
    }

    /// <summary>Its address; null when a parameter has it.</summary>
    public Uri? Uri { get; }

    /// <summary>The parameter that has its address; null when it is fixed.</summary>
    public ParameterResource? UrlParameter { get; }

    internal async ValueTask<Uri> GetUriAsync(CancellationToken cancellationToken)
    {
        if (Uri is not null)
        {
            return Uri;
        }

        var value = await UrlParameter!.GetValueAsync(cancellationToken).ConfigureAwait(false);
        return Uri.TryCreate(value, UriKind.Absolute, out var uri) && FaultOf(uri) is null
            ? uri
            : throw new DistributedApplicationException($"The parameter '{UrlParameter.Name}' is to be the URL of external service '{Name}', but '{value}' is not an absolute URL with the root as its path.");
    }

    private static string? FaultOf(Uri uri)
        => !uri.IsAbsoluteUri ? "is not absolute"
            : uri.AbsolutePath != "/" ? "has a path other than the root"
            : uri.Fragment.Length > 0 ? "has a fragment"
            : uri.Query.Length > 0 ? "has a query"
            : null;
}
