using Microsoft.Extensions.Primitives;
using Yarp.ReverseProxy.Configuration;

namespace XoeNovAi.Gateway.Routing;

/// <summary>One state of the routes and their destinations.</summary>
internal sealed class GatewayProxyConfig(IReadOnlyList<RouteConfig> routes, IReadOnlyList<ClusterConfig> clusters) : IProxyConfig, IDisposable
{
    private readonly CancellationTokenSource _replaced = new();

    public IReadOnlyList<RouteConfig> Routes { get; } = routes;

    public IReadOnlyList<ClusterConfig> Clusters { get; } = clusters;

    public IChangeToken ChangeToken => new CancellationChangeToken(_replaced.Token);

    public void Replace() => _replaced.Cancel();

    public void Dispose() => _replaced.Dispose();
}
