using Microsoft.Net.Http.Headers;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace XoeNovAi.Gateway.Cors;

/// <summary>Removes what services say of other origins: the gateway's list is the only one.</summary>
internal sealed class CorsTransforms : ITransformProvider
{
    private static readonly string[] Names =
    [
        HeaderNames.AccessControlAllowOrigin, HeaderNames.AccessControlAllowCredentials, HeaderNames.AccessControlAllowHeaders,
        HeaderNames.AccessControlAllowMethods, HeaderNames.AccessControlExposeHeaders, HeaderNames.AccessControlMaxAge,
        "Access-Control-Allow-Private-Network",
    ];

    public void ValidateRoute(TransformRouteValidationContext context)
    {
    }

    public void ValidateCluster(TransformClusterValidationContext context)
    {
    }

    public void Apply(TransformBuilderContext context) =>
        context.AddResponseTransform(transform =>
        {
            foreach (var name in Names)
            {
                transform.HttpContext.Response.Headers.Remove(name);
            }

            return ValueTask.CompletedTask;
        });
}
