using Microsoft.AspNetCore.Http.Features;
using XoeNovAi.Gateway.Errors;

namespace XoeNovAi.Gateway.Forwarding;

/// <summary>Refuses targets that a route and a backend could read differently.</summary>
internal sealed class DotSegmentMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var raw = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (!RawTarget.IsVisible(raw))
        {
            return Problem.WriteAsync(context, StatusCodes.Status400BadRequest, "The target must be of visible ASCII characters. Encode all others.");
        }

        var target = RawTarget.PathAndQuery(raw);
        if (!target.StartsWith('/') && !target.StartsWith('?'))
        {
            return Problem.WriteAsync(context, StatusCodes.Status400BadRequest, "The target must be a path.");
        }

        return RawTarget.HasDotSegments(target)
            ? Problem.WriteAsync(context, StatusCodes.Status400BadRequest, "The path must not hold the segments '.' or '..', encoded or not, nor be encoded many times over.")
            : next(context);
    }
}
