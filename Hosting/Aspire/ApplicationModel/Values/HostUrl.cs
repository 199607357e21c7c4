namespace Aspire.Hosting.ApplicationModel;

/// <summary>An address on the host; seen from a container, its host is the tunnel's name.</summary>
/// <param name="Url">The address as the host sees it.</param>
public record HostUrl(string Url) : IExpressionValue
{
    string IManifestExpressionProvider.ValueExpression => Url;

    ValueTask<string?> IValueProvider.GetValueAsync(CancellationToken cancellationToken) => new(Url);

    ValueTask<string?> IValueProvider.GetValueAsync(ValueProviderContext context, CancellationToken cancellationToken)
    {
        var network = context.Network ?? context.Caller?.GetDefaultNetwork() ?? KnownNetworkIdentifiers.LocalhostNetwork;
        if (network == KnownNetworkIdentifiers.LocalhostNetwork || !Uri.TryCreate(Url, UriKind.Absolute, out var uri) || !uri.IsLoopback)
        {
            return new(Url);
        }

        var hadSlash = Url.EndsWith('/');
        var seen = new UriBuilder(uri) { Host = KnownHostNames.DefaultContainerTunnelHostName }.Uri.ToString();
        return new(hadSlash ? seen : seen.TrimEnd('/'));
    }
}
