using System.Net;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using XoeNovAi.Gateway.Configuration;
using XoeNovAi.Gateway.Routing;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace XoeNovAi.Gateway.Forwarding;

/// <summary>Sends the target on byte for byte, where YARP alone would decode and encode it again; a route whose transforms write it anew is left to YARP.</summary>
internal sealed class VerbatimTransforms(GatewaySettings settings) : ITransformProvider
{
    private const string OriginalHost = "RequestHeaderOriginalHost";

    private static readonly UriCreationOptions Verbatim = new() { DangerousDisablePathAndQueryCanonicalization = true };

    public void ValidateRoute(TransformRouteValidationContext context)
    {
    }

    public void ValidateCluster(TransformClusterValidationContext context)
    {
    }

    public void Apply(TransformBuilderContext context)
    {
        var segments = context.Route.StrippedPrefix()?.Count('/') ?? 0;
        var isVerbatim = !context.Route.RewritesTarget();
        var timeout = context.Route.OwnResponseTimeout();
        if (context.Route.Transform(OriginalHost) is null)
        {
            context.AddOriginalHost();
        }

        context.AddRequestTransform(transform =>
        {
            if (isVerbatim)
            {
                var target = RawTarget.PathAndQuery(transform.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
                target = RawTarget.StripSegments(target, segments);
                var slash = target.StartsWith('/') ? "" : "/";
                transform.ProxyRequest.RequestUri = new Uri(string.Concat(transform.DestinationPrefix.AsSpan().TrimEnd('/'), slash, target), in Verbatim);
            }

            transform.ProxyRequest.Options.Set(ResponseTimeoutHandler.Timeout, timeout ?? settings.Current.ResponseTimeout);
            if (transform.ProxyRequest.Content is not null && Upload.IsIn(transform.HttpContext))
            {
                var request = transform.HttpContext.Request;
                if (request.Body is not MemoryStream)
                {
                    // Not what is kept to be sent again.
                    request.Body = new CallerBody(request.BodyReader);
                }

                var upload = new Upload(request.ContentLength);
                transform.HttpContext.Response.RegisterForDispose(upload);
                transform.HttpContext.Features.Set(upload);
                transform.ProxyRequest.Options.Set(Upload.Key, upload);
            }

            // Trailers of a request end here, and so does what announces them.
            transform.ProxyRequest.Headers.Trailer.Clear();
            return ValueTask.CompletedTask;
        });
        context.AddResponseTransform(static transform =>
        {
            var response = transform.HttpContext.Response;
            if (transform.ProxyResponse is { StatusCode: not HttpStatusCode.SwitchingProtocols } answer)
            {
                // Between the service and the gateway only; YARP knows those that HTTP itself has.
                foreach (var name in answer.Headers.Connection)
                {
                    response.Headers.Remove(name);
                }
            }

            if (response.StatusCode == StatusCodes.Status204NoContent)
            {
                // It has no body, whatever it says: Kestrel would wait for one.
                response.Headers.ContentLength = null;
            }

            if (!HttpProtocol.IsHttp2(transform.HttpContext.Request.Protocol))
            {
                // Kestrel sends none over HTTP/1.1.
                response.Headers.Remove(HeaderNames.Trailer);
            }

            return ValueTask.CompletedTask;
        });
    }
}
