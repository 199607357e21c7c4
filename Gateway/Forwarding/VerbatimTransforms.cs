using Microsoft.AspNetCore.Http.Features;
using XoeNovAi.Gateway.Routing;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace XoeNovAi.Gateway.Forwarding;

/// <summary>Sends the target on byte for byte, where YARP alone would decode and encode it again.</summary>
internal sealed class VerbatimTransforms : ITransformProvider
{
    private static readonly UriCreationOptions Verbatim = new() { DangerousDisablePathAndQueryCanonicalization = true };

    public void ValidateRoute(TransformRouteValidationContext context)
    {
    }

    public void ValidateCluster(TransformClusterValidationContext context)
    {
    }

    public void Apply(TransformBuilderContext context)
    {
        var policy = RoutePolicy.Of(context.Route);
        context.AddOriginalHost();
        context.AddRequestTransform(transform =>
        {
            var target = RawTarget.PathAndQuery(transform.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
            target = RawTarget.StripSegments(target, policy.StrippedSegments);
            var slash = target.StartsWith('/') ? "" : "/";
            transform.ProxyRequest.RequestUri = new Uri(string.Concat(transform.DestinationPrefix.AsSpan().TrimEnd('/'), slash, target), in Verbatim);
            transform.ProxyRequest.Options.Set(ResponseTimeoutHandler.Timeout, policy.ResponseTimeout);
            if (transform.ProxyRequest.Content is not null)
            {
                var upload = new Upload(transform.HttpContext.Request.ContentLength);
                transform.HttpContext.Response.RegisterForDispose(upload);
                transform.HttpContext.Features.Set(upload);
                transform.ProxyRequest.Options.Set(Upload.Key, upload);
            }

            return ValueTask.CompletedTask;
        });
    }
}
