using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using XoeNovAi.Gateway.Routing;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace XoeNovAi.Gateway.Forwarding;

/// <summary>Sends the target on byte for byte, where YARP alone would decode and encode it again.</summary>
internal sealed class VerbatimTransforms : ITransformProvider
{
    private const string RealIp = "X-Real-IP";

    private static readonly UriCreationOptions Verbatim = new() { DangerousDisablePathAndQueryCanonicalization = true };

    public void ValidateRoute(TransformRouteValidationContext context)
    {
    }

    public void ValidateCluster(TransformClusterValidationContext context)
    {
    }

    public void Apply(TransformBuilderContext context)
    {
        var stripped = int.Parse(context.Route.Metadata![RouteTable.StrippedSegments], CultureInfo.InvariantCulture);
        context.AddOriginalHost();
        context.AddRequestTransform(transform =>
        {
            var request = transform.HttpContext;
            var target = RawTarget.PathAndQuery(request.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
            target = RawTarget.StripSegments(target, stripped);
            var slash = target.StartsWith('/') ? "" : "/";
            transform.ProxyRequest.RequestUri = new Uri(string.Concat(transform.DestinationPrefix.AsSpan().TrimEnd('/'), slash, target), in Verbatim);

            transform.ProxyRequest.Headers.Remove(RealIp);
            transform.ProxyRequest.Headers.TryAddWithoutValidation(RealIp, Address(request.Connection));
            return ValueTask.CompletedTask;
        });
    }

    private static string? Address(ConnectionInfo connection) =>
        connection.RemoteIpAddress is { IsIPv4MappedToIPv6: true } mapped ? mapped.MapToIPv4().ToString() : connection.RemoteIpAddress?.ToString();
}
